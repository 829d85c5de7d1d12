/** What routing wants to be checked: plain data. */
import type { ProblemSource } from '../model/problem.ts';
import type { CellRef, TcpTransportRecord, TransportRecord } from '../model/wire.ts';

/** A service whose servers are asked again and again how they are. */
export interface CheckedService {
  /** `tcp service db@docker`. */
  readonly element: string;
  readonly source: ProblemSource;
  /** Its `HealthFlags`: one for each server, in the same order. */
  readonly flags: CellRef;
  readonly servers: readonly CheckedServer[];
}

export interface CheckedServer {
  /** As it was written: `10.0.0.1:5432`. */
  readonly name: string;
  /**
   * What is asked how often, as a hash: with another one the server begins anew, and that is as up. Who asks is no part
   * of it, for certificates are renewed.
   */
  readonly identity: string;
  readonly question: Question;
}

export type Question = TcpQuestion | HttpQuestion;

/** How often something is asked. */
export interface Pace {
  readonly intervalMs: number;
  /** While it is down. */
  readonly unhealthyIntervalMs: number;
  readonly timeoutMs: number;
}

export interface TcpQuestion extends Pace {
  readonly kind: 'tcp';
  /** `host:port` that is asked. */
  readonly address: string;
  readonly tls: boolean;
  readonly transport: TcpTransportRecord;
  /** Version of the header that it expects before anything else. */
  readonly proxyProtocol: 1 | 2 | undefined;
  /** Said first, if it is not empty. */
  readonly send: string;
  /** How the answer must begin. */
  readonly expect: string;
}

export interface HttpQuestion extends Pace {
  /** `grpc`: by the protocol of gRPC for that. */
  readonly kind: 'http' | 'grpc';
  /** Of the server. */
  readonly url: string;
  /** Instead of what the URL says; empty, or 0: as it says. */
  readonly scheme: string;
  readonly port: number;
  /** Relative to the URL. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The status that is well; 0: any from 200 to 399. */
  readonly status: number;
  readonly followRedirects: boolean;
  readonly transport: TransportRecord;
}
