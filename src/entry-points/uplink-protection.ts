import type { TlsOptionsRecord } from '../model/wire.ts';
import { formatListenAddress } from './address.ts';
import type { EntryPointSettings } from './settings.ts';

/** Every client must show a certificate that one of our authorities has signed. */
export function isMutual(options: TlsOptionsRecord | undefined): boolean {
  return options?.clientAuthType === 'RequireAndVerifyClientCert' && options.clientAuthorities.length > 0;
}

/**
 * Why an uplink entry point does not open, and the lines to add for each way on. Whoever reaches that port
 * bypasses what the parent asks of its clients, so it is never left open by an oversight.
 */
export function unprotectedUplink({ name, host, port }: EntryPointSettings): string {
  return `The uplink entry point ${name} on ${formatListenAddress({ host, port })} would serve whoever reaches it,
past the authentication of the parent. It stays closed until you choose one of these ways:

1. Pairing: both sides know each other by keys that they have exchanged.
   In the static configuration:
     hub:
       uplinkEntryPoints:
         ${name}: { address: "${formatListenAddress({ host, port })}" }
       pairing: {}
   Then "fairlead pair invite" on this host prints what to do on the other.

2. Certificates of your own: parents show one that your authority has signed.
   In the static configuration:
     hub:
       uplinkEntryPoints:
         ${name}: { address: "${formatListenAddress({ host, port })}", http: { tls: { options: uplink@file } } }
     providers: { file: { filename: /etc/fairlead/dynamic.yml } }
   In /etc/fairlead/dynamic.yml:
     tls:
       options:
         uplink:
           clientAuth: { caFiles: [/certs/ca.crt], clientAuthType: RequireAndVerifyClientCert }
       stores:
         default: { defaultCertificate: { certFile: /certs/child.crt, keyFile: /certs/child.key } }

3. This machine only: an encrypted tunnel, say, ends here.
     hub:
       uplinkEntryPoints:
         ${name}: { address: "127.0.0.1:${port}" }

4. Open, because something else guards the port:
     hub:
       uplinkEntryPoints:
         ${name}: { address: "${formatListenAddress({ host, port })}", insecure: true }`;
}
