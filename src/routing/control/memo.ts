const none: readonly Node[] = [];

/** There are very many; most need one or two, and nobody uses them. */
class Node {
  readonly name: string;
  readonly memo: Memo<unknown>;
  needs: readonly Node[] = none;
  users: Set<Node> | undefined;

  constructor(name: string, memo: Memo<unknown>) {
    this.name = name;
    this.memo = memo;
  }
}

/** Sees which result is made out of which; shared by the memos whose results use each other. */
export class Tracker {
  /** Being made now, the outermost first. */
  readonly #underWay: Node[] = [];
  /** Lost a user; whoever has none left at the end of a build is forgotten. */
  readonly #orphans = new Set<Node>();

  /** The names of those being made, from this one on, if it is one of them. */
  ring(node: Node): string[] | undefined {
    const start = this.#underWay.indexOf(node);
    return start === -1 ? undefined : [...this.#underWay.slice(start), node].map(({ name }) => name);
  }

  make<T>(node: Node, work: () => T): T {
    this.#underWay.push(node);
    try {
      return work();
    } finally {
      this.#underWay.pop();
    }
  }

  /** Whatever is being made uses this. */
  use(node: Node): void {
    const user = this.#underWay.at(-1);
    if (!user) return;
    node.users ??= new Set();
    if (node.users.has(user)) return;
    user.needs = [...user.needs, node];
    node.users.add(user);
    this.#orphans.delete(node);
  }

  release(node: Node): void {
    for (const need of node.needs) {
      need.users?.delete(node);
      if (need.users?.size === 0) this.#orphans.add(need);
    }
  }

  /** Forgets what nobody uses any more. */
  sweep(): void {
    for (const node of this.#orphans) {
      this.#orphans.delete(node);
      if (node.users?.size === 0 && node.memo.holds(node)) node.memo.forget(node.name);
    }
  }
}

export interface MemoInit<T> {
  readonly tracker: Tracker;
  readonly onMade: (value: T) => void;
  readonly onForgotten: (value: T) => void;
  /** There is something about it that each build has to look at. */
  readonly isNotable?: (value: T) => boolean;
}

/** Results by name. One is made when first asked for, and again only when something that went into it has changed. */
export class Memo<T> {
  readonly #init: MemoInit<T>;
  readonly #nodes = new Map<string, Node>();
  readonly #values = new Map<string, T>();
  readonly #notable = new Map<string, T>();

  constructor(init: MemoInit<T>) {
    this.#init = init;
  }

  get values(): ReadonlyMap<string, T> {
    return this.#values;
  }

  get notable(): ReadonlyMap<string, T> {
    return this.#notable;
  }

  /** `ring` makes the result in the place of one that is just being made: it would need itself. */
  get(name: string, make: () => T, ring?: (names: readonly string[]) => T): T {
    const { tracker, onMade, isNotable } = this.#init;
    let node = this.#nodes.get(name);
    const names = node && ring && tracker.ring(node);
    if (node && names) {
      tracker.use(node);
      return ring(names);
    }
    if (!node) {
      node = new Node(name, this as Memo<unknown>);
      this.#nodes.set(name, node);
      const value = tracker.make(node, make);
      this.#values.set(name, value);
      if (isNotable?.(value)) this.#notable.set(name, value);
      onMade(value);
    }
    tracker.use(node);
    return this.#values.get(name) as T;
  }

  /** Not one of the same name that was forgotten. */
  holds(node: Node): boolean {
    return this.#nodes.get(node.name) === node;
  }

  /** Forgets a result and all that were made out of it. */
  forget(name: string): void {
    const node = this.#nodes.get(name);
    if (!node) return;
    const value = this.#values.get(name) as T;
    this.#nodes.delete(name);
    this.#values.delete(name);
    this.#notable.delete(name);
    this.#init.tracker.release(node);
    this.#init.onForgotten(value);
    for (const user of node.users ?? []) user.memo.forget(user.name);
  }
}
