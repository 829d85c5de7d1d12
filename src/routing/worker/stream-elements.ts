import type { Turns } from '../../balancing/turns.ts';
import type { DatagramServer, StreamHandler, StreamLayer } from '../../model/stream.ts';
import type { TcpRouterRecord, UdpRouterRecord } from '../../model/wire.ts';
import type { TcpServer } from '../../proxy/tcp/tcp-server.ts';
import type { TcpTransport } from '../../proxy/tcp/tcp-transport.ts';
import type { TcpRule } from '../../rules/parse-rule.ts';

/** What a worker makes of the records of TCP and UDP. */
export type BuiltStream =
  | { readonly kind: 'tcpServersTransport'; readonly transport: TcpTransport }
  | { readonly kind: 'tcpService'; readonly turns: Turns<TcpServer> }
  | { readonly kind: 'tcpMiddleware'; readonly layer: StreamLayer }
  | {
      readonly kind: 'tcpRouter';
      readonly record: TcpRouterRecord;
      readonly rule: TcpRule;
      readonly handler: StreamHandler;
    }
  | { readonly kind: 'udpService'; readonly turns: Turns<DatagramServer> }
  | { readonly kind: 'udpRouter'; readonly record: UdpRouterRecord; readonly turns: Turns<DatagramServer> };
