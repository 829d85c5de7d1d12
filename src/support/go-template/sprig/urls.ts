import { define, type TemplateFunctions } from '../functions.ts';
import { plain } from '../print.ts';
import { TemplateError } from '../template-error.ts';
import { Dictionary } from '../values.ts';

const URL_PARTS =
  /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

export const urlFunctions: TemplateFunctions = {
  urlParse: define(['string'], parsed),
  urlJoin: define(['dict'], joined),
};

function parsed(text: string): Dictionary {
  const match = URL_PARTS.exec(text);
  if (match === null) throw new TemplateError(`unable to parse url: ${text}`);
  const [, scheme = '', userinfo = '', host = '', rest = '', query = '', fragment = ''] = match;
  const opaque = scheme !== '' && host === '' && rest !== '' && !rest.startsWith('/');
  return new Dictionary([
    ['scheme', scheme.toLowerCase()],
    ['userinfo', userinfo],
    ['host', host],
    ['hostname', host.replace(/:\d*$/, '').replace(/^\[|\]$/g, '')],
    ['path', opaque ? '' : rest],
    ['opaque', opaque ? rest : ''],
    ['query', query],
    ['fragment', fragment],
  ]);
}

function joined(parts: Dictionary): string {
  const part = (name: string) => plain(parts.get(name) ?? '');
  const scheme = part('scheme') === '' ? '' : `${part('scheme')}:`;
  const userinfo = part('userinfo') === '' ? '' : `${part('userinfo')}@`;
  const query = part('query') === '' ? '' : `?${part('query')}`;
  const fragment = part('fragment') === '' ? '' : `#${part('fragment')}`;
  if (part('opaque') !== '') return scheme + part('opaque') + query + fragment;
  const authority = part('host') === '' ? '' : `//${userinfo}${part('host')}`;
  const path = authority !== '' && part('path') !== '' ? part('path').replace(/^\/?/, '/') : part('path');
  return scheme + authority + path + query + fragment;
}
