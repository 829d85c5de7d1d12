import type { TemplateFunctions } from './functions.ts';
import type { Command, Node, Nodes, Operand, Pipe } from './nodes.ts';
import { display } from './print.ts';
import { TemplateError } from './template-error.ts';
import { Dictionary, fieldOf, isList, isTrue, typeName, type Value } from './values.ts';

/** What one execution may use up, so that no template can hold up the process. */
const STEPS_MAX = 100_000;
const SIZE_PER_STEP = 64;
const TEXT_LENGTH_MAX = 256 * 1024;
const LIST_LENGTH_MAX = 100_000;
const DEPTH_MAX = 100;

/** Why a list of nodes stopped. */
type Outcome = 'done' | 'break' | 'continue';

/** Carries out the template called `''`. Throws `TemplateError`. */
export function evaluate(
  templates: ReadonlyMap<string, Nodes>,
  functions: TemplateFunctions,
  model: Value,
): string {
  const execution = new Execution(templates, functions);
  execution.template('', model);
  return execution.text;
}

class Execution {
  readonly #templates: ReadonlyMap<string, Nodes>;
  readonly #functions: TemplateFunctions;
  #variables: { name: string; value: Value }[] = [];
  #steps = 0;
  #depth = 0;
  text = '';

  constructor(templates: ReadonlyMap<string, Nodes>, functions: TemplateFunctions) {
    this.#templates = templates;
    this.#functions = functions;
  }

  template(name: string, model: Value): void {
    const nodes = this.#templates.get(name);
    if (nodes === undefined) throw new TemplateError(`template ${JSON.stringify(name)} not defined`);
    if (++this.#depth > DEPTH_MAX) throw new TemplateError('templates call each other too deeply');
    const caller = this.#variables;
    this.#variables = [{ name: '$', value: model }];
    this.#list(nodes, model);
    this.#variables = caller;
    this.#depth -= 1;
  }

  #list(nodes: Nodes, dot: Value): Outcome {
    const scope = this.#variables.length;
    let outcome: Outcome = 'done';
    for (const node of nodes) {
      outcome = this.#node(node, dot);
      if (outcome !== 'done') break;
    }
    this.#variables.length = scope;
    return outcome;
  }

  #node(node: Node, dot: Value): Outcome {
    this.#step();
    switch (node.kind) {
      case 'text':
        this.#write(node.text);
        return 'done';
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.variables.length === 0) this.#write(display(value));
        return 'done';
      }
      case 'template':
        this.template(node.name, node.pipe === undefined ? null : this.#pipe(node.pipe, dot));
        return 'done';
      case 'break':
      case 'continue':
        return node.kind;
      default:
        return this.#scoped(() => this.#branch(node, dot));
    }
  }

  #scoped(run: () => Outcome): Outcome {
    const scope = this.#variables.length;
    const outcome = run();
    this.#variables.length = scope;
    return outcome;
  }

  #branch(node: Extract<Node, { body: Nodes }>, dot: Value): Outcome {
    if (node.kind === 'range') return this.#range(node, dot);
    const value = this.#pipe(node.pipe, dot);
    if (!isTrue(value)) return this.#list(node.otherwise, dot);
    return this.#list(node.body, node.kind === 'with' ? value : dot);
  }

  #range(node: Extract<Node, { body: Nodes }>, dot: Value): Outcome {
    const { variables, assigns } = node.pipe;
    const subject = this.#pipe({ ...node.pipe, variables: [] }, dot);
    if (typeof subject === 'bigint' && variables.length > 1) {
      throw new TemplateError(`can't use ${subject} to iterate over more than one variable`);
    }
    let empty = true;
    for (const [key, value] of elements(subject)) {
      empty = false;
      this.#step();
      const outcome = this.#scoped(() => {
        const values = variables.length === 2 ? [key, value] : [value];
        variables.forEach((name, index) => this.#set(name, values[index]!, assigns));
        return this.#list(node.body, value);
      });
      if (outcome === 'break') break;
    }
    return empty ? this.#list(node.otherwise, dot) : 'done';
  }

  #pipe({ variables, assigns, commands }: Pipe, dot: Value): Value {
    let value: Value | undefined;
    for (const command of commands) value = this.#command(command, dot, value);
    for (const name of variables) this.#set(name, value!, assigns);
    return value!;
  }

  #command(command: Command, dot: Value, final: Value | undefined): Value {
    const [head, ...args] = command;
    if (head!.kind === 'function') return this.#call(head!.name, args, dot, final);
    if (args.length > 0 || final !== undefined)
      throw new TemplateError(`can't give argument to non-function`);
    return this.#operand(head!, dot);
  }

  #operand(operand: Operand, dot: Value): Value {
    this.#step();
    switch (operand.kind) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'literal':
        return operand.value;
      case 'function':
        return this.#call(operand.name, [], dot, undefined);
      case 'variable':
        return this.#variable(operand.name).value;
      case 'pipe':
        return this.#pipe(operand.pipe, dot);
      case 'field':
        return fieldOf(this.#operand(operand.of, dot), operand.name);
    }
  }

  #call(name: string, operands: readonly Operand[], dot: Value, final: Value | undefined): Value {
    if (name === 'and' || name === 'or') return this.#logic(name, operands, dot, final);
    const args = operands.map((operand) => this.#operand(operand, dot));
    if (final !== undefined) args.push(final);
    for (const arg of args) this.#step(sizeOf(arg));
    try {
      return checkedSize(this.#functions[name]!.call(args));
    } catch (error) {
      // A RangeError is a text, number or repetition beyond what the platform can hold.
      if (!(error instanceof TemplateError || error instanceof RangeError)) throw error;
      throw new TemplateError(`error calling ${name}: ${error.message}`);
    }
  }

  /** Later arguments are not looked at when an earlier one has decided. */
  #logic(name: 'and' | 'or', operands: readonly Operand[], dot: Value, final: Value | undefined): Value {
    let value: Value | undefined;
    for (const operand of operands) {
      value = this.#operand(operand, dot);
      if (isTrue(value) === (name === 'or')) return value;
    }
    const last = final ?? value;
    if (last === undefined)
      throw new TemplateError(`wrong number of args for ${name}: want at least 1 got 0`);
    return last;
  }

  #variable(name: string): { name: string; value: Value } {
    return this.#variables.findLast((variable) => variable.name === name)!;
  }

  #set(name: string, value: Value, assigns: boolean): void {
    if (assigns) this.#variable(name).value = value;
    else this.#variables.push({ name, value });
  }

  #write(text: string): void {
    this.text += text;
    if (this.text.length > TEXT_LENGTH_MAX) throw new TemplateError('the result is too long');
  }

  /** Large arguments count for more than one step. */
  #step(size = 0): void {
    this.#steps += 1 + size / SIZE_PER_STEP;
    if (this.#steps > STEPS_MAX) throw new TemplateError('the template takes too many steps');
  }
}

function* elements(subject: Value): Generator<[key: Value, value: Value]> {
  if (isList(subject)) {
    for (const [index, value] of subject.entries()) yield [BigInt(index), value];
  } else if (subject instanceof Dictionary) {
    for (const key of subject.sortedKeys()) yield [key, subject.get(key)!];
  } else if (typeof subject === 'bigint') {
    for (let index = 0n; index < subject; index++) yield [index, index];
  } else if (subject !== null) {
    throw new TemplateError(`range can't iterate over ${typeName(subject)}`);
  }
}

function checkedSize(value: Value): Value {
  if (typeof value === 'string' && value.length > TEXT_LENGTH_MAX)
    throw new TemplateError('the text is too long');
  if (isList(value) && value.length > LIST_LENGTH_MAX) throw new TemplateError('the list is too long');
  return value;
}

function sizeOf(value: Value): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  return value instanceof Dictionary ? value.size : 1;
}
