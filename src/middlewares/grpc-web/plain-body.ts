import type { Headers } from '../../model/headers.ts';
import { ProxyError } from '../../model/proxy-error.ts';
import { DerivedBody } from '../derived-body.ts';

/** Four characters stand for three bytes; padding ends a piece, and another may follow. */
const QUANTUM = 4;
const quanta = /^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)*$/;
const piece = /[^=]+={0,2}/g;

/** The bytes of a body that comes in base64. */
export class PlainBody extends DerivedBody {
  readonly length = undefined;
  /** Of a quantum whose rest is still to come. */
  #begun = '';
  #broken = false;

  write(chunk: Uint8Array): boolean {
    if (this.#broken) return true;
    const text = this.#begun + Buffer.from(chunk).toString('latin1');
    const whole = text.length - (text.length % QUANTUM);
    this.#begun = text.slice(whole);
    const sound = text.slice(0, whole);
    if (!quanta.test(sound)) return this.#break();
    const bytes = Buffer.concat((sound.match(piece) ?? []).map((each) => Buffer.from(each, 'base64')));
    this.delivered += bytes.length;
    return this.sink?.write(bytes) ?? true;
  }

  end(trailers?: Headers): void {
    if (this.#broken) return;
    if (this.#begun === '') this.sink?.end(trailers);
    else this.#break();
  }

  override abort(error: ProxyError): void {
    if (!this.#broken) super.abort(error);
  }

  #break(): true {
    this.#broken = true;
    this.source.cancel();
    this.sink?.abort(new ProxyError('malformed-request', 'The body of the call is no base64.'));
    return true;
  }
}
