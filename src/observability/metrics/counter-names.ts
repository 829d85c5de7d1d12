/**
 * Events that are counted whether anybody asks for metrics or not. Each is shown as `fairlead_<name>_total`, with
 * these labels; their values come from small sets, never from what clients send.
 */
export const counterNames = {
  clients_refused: {
    labels: ['entrypoint', 'reason'],
    help: 'Clients that were turned away before they could ask for anything.',
  },
  requests_refused: {
    labels: ['entrypoint', 'status'],
    help: 'Requests that were no acceptable HTTP, and so not routed.',
  },
  child_failures: {
    labels: ['child', 'code'],
    help: 'Children that could not be asked, or gave no usable answer.',
  },
  workers_replaced: {
    labels: [],
    help: 'Worker threads that died and were replaced.',
  },
} as const satisfies Readonly<Record<string, CounterDescription>>;

interface CounterDescription {
  readonly labels: readonly string[];
  /** One sentence. */
  readonly help: string;
}

export type CounterName = keyof typeof counterNames;

export type CounterLabels<Name extends CounterName> = Readonly<
  Record<(typeof counterNames)[Name]['labels'][number], string>
>;
