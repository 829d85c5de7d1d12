/** `fairlead pair …`: asks the program that runs on this host. Answers go out, explanations beside them. */
import type { Command } from 'commander';
import type { Invitation, PairingView, PeerView, Renewal } from '../../pairing/views.ts';
import type { ControlAnswer, ControlRefusal, ControlRequest } from './control.ts';
import {
  invitationNote,
  joinedLine,
  peerTable,
  remedyLine,
  renewedLines,
  revokedLine,
  withdrawnLine,
} from './pair-lines.ts';
import type { Terminal } from './cli.ts';

export interface PairInit {
  readonly terminal: Terminal;
  /** Asks the program that runs with these static options; rejects when there is none. */
  ask(options: readonly string[], request: ControlRequest): Promise<ControlAnswer>;
  onExitCode(code: number): void;
}

/** Static options that say which program is meant. */
interface Which {
  readonly dataDirectory?: string;
  readonly configFile?: string;
}

type Options = Which & { readonly json?: boolean };
type InviteOptions = Options & { name?: string; address?: string[]; expires: string };
type JoinOptions = Options & { name?: string; allow?: string[] };

interface Question<T> extends ControlRequest {
  readonly options: Options;
  /** For people; programs get what was answered. */
  tell(value: T): void;
  /** It was answered, and yet not all has been done. */
  isFailure?(value: T): boolean;
}

/** Adds the sub-commands, each one operation. */
export function addPair(program: Command, init: PairInit): void {
  const pair = program
    .command('pair')
    .description('pair with parents and children on other hosts, and keep an eye on them');
  const commands = new PairCommands(pair, init);
  commands.addInvite();
  commands.addJoin();
  commands.addList();
  commands.addRenew();
  commands.addRevoke();
}

class PairCommands {
  readonly #pair: Command;
  readonly #init: PairInit;

  constructor(pair: Command, init: PairInit) {
    this.#pair = pair;
    this.#init = init;
  }

  addInvite(): void {
    this.#command('invite', 'on a child: print an invitation, with which one parent may pair, once')
      .option('--name <name>', 'what the parent is to call this node')
      .option('--address <host:port...>', 'of its uplink entry point, as the parent reaches it')
      .option('--expires <duration>', 'how long it is good for', '1h')
      .action((options: InviteOptions) =>
        this.#ask({
          method: 'POST',
          path: '/api/pairing/invitations',
          body: { name: options.name, addresses: options.address, expires: options.expires },
          options,
          tell: (invitation: Invitation) => {
            this.#init.terminal.out(`${invitation.invitation}\n`);
            this.#init.terminal.err(invitationNote(invitation));
          },
        }),
      );
  }

  addJoin(): void {
    this.#command('join', 'on a parent: redeem the invitation of a child')
      .argument('<invitation>', 'what "fairlead pair invite" has printed there')
      .option('--name <name>', 'what to call the child')
      .option('--allow <pattern...>', 'names of uplinks that it may offer; all, without it')
      .action((invitation: string, options: JoinOptions) =>
        this.#ask({
          method: 'POST',
          path: '/api/pairing/children',
          body: { invitation, name: options.name, allow: options.allow },
          options,
          tell: (peer: PeerView) => this.#init.terminal.out(joinedLine(peer)),
        }),
      );
  }

  addList(): void {
    this.#command('list', 'show parents, children, open invitations, and what is wrong between them').action(
      (options: Options) =>
        this.#ask({
          method: 'GET',
          path: '/api/pairing',
          options,
          tell: (view: PairingView) => this.#init.terminal.out(peerTable(view)),
        }),
    );
  }

  addRenew(): void {
    this.#command('renew', 'renew certificates now: those of children, and with parents that of this node')
      .argument('[peer]', 'only with this parent or child')
      .option('--roll-over', 'as a parent: replace the authority, and move all children to the new one')
      .action((name: string | undefined, options: Options & { rollOver?: boolean }) =>
        this.#ask({
          method: 'POST',
          path: options.rollOver ? '/api/pairing/authorities' : '/api/pairing/renewals',
          body: { name },
          options,
          tell: (renewals: readonly Renewal[]) => this.#init.terminal.out(renewedLines(renewals)),
          isFailure: (renewals) => renewals.some(({ error }) => error !== undefined),
        }),
      );
  }

  addRevoke(): void {
    this.#command('revoke', 'end a pairing at once, connections included; or withdraw an invitation')
      .argument('<peer>', 'name of a parent or child, or id of an invitation')
      .option('--invitation', 'it is the id of an invitation')
      .action((name: string, options: Options & { invitation?: boolean }) =>
        this.#ask({
          method: 'DELETE',
          path: `/api/pairing/${options.invitation ? 'invitations' : 'peers'}/${encodeURIComponent(name)}`,
          options,
          tell: (peers: readonly PeerView[]) =>
            this.#init.terminal.out(options.invitation ? withdrawnLine(name) : revokedLine(name, peers)),
        }),
      );
  }

  #command(name: string, description: string): Command {
    return this.#pair
      .command(name)
      .description(description)
      .option('--json', 'print what was answered as JSON')
      .option('--dataDirectory <path>', 'of the program that is meant')
      .option('--configFile <path>', 'of the program that is meant');
  }

  async #ask<T>({ options, tell, isFailure, ...request }: Question<T>): Promise<void> {
    const { terminal, ask, onExitCode } = this.#init;
    try {
      const answer = await ask(staticOptions(options), request);
      if (!answer.ok) {
        terminal.err(refusalLines(answer.refusal));
        return onExitCode(1);
      }
      if (options.json) terminal.out(`${JSON.stringify(answer.value, null, 2)}\n`);
      else tell(answer.value as T);
      if (isFailure?.(answer.value as T)) onExitCode(1);
    } catch (error) {
      terminal.err(`error    ${(error as Error).message}\n`);
      onExitCode(1);
    }
  }
}

function staticOptions({ dataDirectory, configFile }: Which): string[] {
  return [
    ...(dataDirectory === undefined ? [] : [`--dataDirectory=${dataDirectory}`]),
    ...(configFile === undefined ? [] : [`--configFile=${configFile}`]),
  ];
}

const refusalLines = ({ message, remedy }: ControlRefusal): string =>
  `error    ${message}\n${remedyLine(remedy)}`;
