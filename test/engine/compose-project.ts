import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';

/** `docker compose`, or `docker-compose` 1.29 where that is what there is; undefined without either. */
const command = [['docker', 'compose'], ['docker-compose']].find(
  ([file, ...args]) => spawnSync(file!, [...args, 'version']).status === 0,
);

/** The same for a shell. */
export const composeCommand = command?.join(' ') ?? '';

export const noCompose = command === undefined && 'there is no docker compose';

export interface ComposePlan {
  readonly endpoint: string;
  readonly folder: string;
  readonly files: readonly string[];
  /** For the variables in the files. */
  readonly env: Readonly<Record<string, string>>;
}

/** Compose files brought up under a project name of their own; down again when disposed. */
export class ComposeProject implements AsyncDisposable {
  readonly name = `fairlead-test-${randomBytes(4).toString('hex')}`;
  readonly #plan: ComposePlan;

  static up(plan: ComposePlan): ComposeProject {
    const project = new ComposeProject(plan);
    project.run('up', '--detach', '--no-build');
    return project;
  }

  /** Throws where Compose does not understand the files. */
  static check(plan: ComposePlan): void {
    new ComposeProject(plan).run('config', '--quiet');
  }

  private constructor(plan: ComposePlan) {
    this.#plan = plan;
  }

  /** Runs a command of Compose and returns what it printed. */
  run(...args: string[]): string {
    const { endpoint, folder, files, env } = this.#plan;
    const [file, ...first] = command!;
    const options = ['--project-name', this.name, ...files.flatMap((name) => ['--file', name])];
    const { status, stdout, stderr } = spawnSync(file!, [...first, ...options, ...args], {
      cwd: folder,
      env: { ...process.env, DOCKER_HOST: endpoint, ...env },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`compose ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  get logs(): string {
    return this.run('logs', '--no-color');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.run('down', '--volumes', '--timeout', '3');
  }
}
