/** How a child is met: as the configuration says, or as the one this node is paired with. */
import { decodeTree } from '../../config/decode.ts';
import { documentOf } from '../../config/plain-document.ts';
import type { PairedChild } from '../../pairing/paired-children.ts';
import type { WatchedFiles } from '../../tls/watched-files.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import { type ChildOptions, childOptions } from './options.ts';

export interface Meeting {
  readonly options: ChildOptions;
  readonly isPaired: boolean;
  /** None as long as it is not paired; throws a `ChildFailure` when a file is of no use. */
  credentials(): Credentials | undefined;
}

export const meetingByFiles = (options: ChildOptions, files: WatchedFiles): Meeting => ({
  options,
  isPaired: false,
  credentials: () => readCredentials(options.serversTransport, files),
});

/** Of a child that stands in the configuration as `written`, and that the secret pairs or has paired. */
export function meetingBySecret(written: ChildOptions, paired: PairedChild | undefined): Meeting {
  return paired
    ? meetingByPairing(paired, written)
    : { options: written, isPaired: true, credentials: () => undefined };
}

export function meetingByPairing(paired: PairedChild, options = optionsOf(paired)): Meeting {
  const { serverName, authorities, certificate } = paired;
  const certificates = [{ certFile: certificate.cert, keyFile: certificate.key }];
  return {
    options: { ...options, serversTransport: { ...options.serversTransport, serverName } },
    isPaired: true,
    credentials: () => ({ rootCAs: authorities, certificates }),
  };
}

/** As if it stood in the configuration with its address and the limits it was given, and nothing else. */
function optionsOf({ address, allow, maxWeight }: PairedChild): ChildOptions {
  const { value } = decodeTree(childOptions, documentOf({ address: address.origin }, {}));
  return { ...value!, allow: [...allow], maxWeight };
}
