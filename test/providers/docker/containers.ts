/** Containers as an engine describes them, from the short descriptions of the conformance corpus. */
import { dockerProviderOptions } from '../../../src/providers/docker/options.ts';
import { documentOf } from '../../../src/config/document.ts';
import { decodeTree } from '../../../src/config/decode.ts';
import { type Container, readContainer } from '../../../src/providers/docker/container.ts';
import { ContainerTranslator } from '../../../src/providers/docker/container-translator.ts';
import type { Snapshot } from '../../../src/providers/provider.ts';
import { expand } from '../../conformance/engine.mjs';

export interface Short {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly [key: string]: unknown;
}

export function containersOf(shorts: readonly Short[]): Container[] {
  return shorts.map((short, index) => readContainer(expand({ labels: {}, ...short }, index).inspect));
}

export function optionsOf(written: object) {
  const { value, problems } = decodeTree(dockerProviderOptions, documentOf(written, {}));
  if (!value) throw new Error(problems.map((problem) => problem.text).join(' '));
  return value;
}

export function translate(shorts: readonly Short[], written: object = {}, ownContainer?: string): Snapshot {
  const translator = new ContainerTranslator(optionsOf(written));
  return translator.snapshot(containersOf(shorts), { hostAddress: '127.0.0.1', ownContainer });
}
