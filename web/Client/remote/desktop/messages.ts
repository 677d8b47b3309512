/** The messages of a desktop's session; the first byte says what one is. Numbers are big-endian. */
export const toBrowser = { info: 0, image: 1, more: 2, frameEnd: 3, cursor: 4, clipboard: 5, pong: 6, pointer: 7 } as const;

const fromBrowser = { shown: 0, move: 1, button: 2, wheel: 3, key: 4, text: 5, release: 6, clipboard: 7, monitor: 8, quality: 9, ping: 10 } as const;

const clipboardPiece = 32 << 10;
export const largestClipboard = 1 << 20;

export type DesktopInfo = { desktop: string; monitors: { name: string; width: number; height: number }[]; monitor: number; view_only: boolean };

export const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What a technician does, in messages. */
export class Says {
  readonly #send: (bytes: Uint8Array) => void;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  shown(frame: number): void {
    this.#number(fromBrowser.shown, frame);
  }

  ping(number: number): void {
    this.#number(fromBrowser.ping, number);
  }

  move(x: number, y: number): void {
    const message = new Uint8Array(5);
    message[0] = fromBrowser.move;
    view(message).setUint16(1, x);
    view(message).setUint16(3, y);
    this.#send(message);
  }

  button(button: number, down: boolean, x: number, y: number): void {
    const message = new Uint8Array(7);
    message.set([fromBrowser.button, button, down ? 1 : 0]);
    view(message).setUint16(3, x);
    view(message).setUint16(5, y);
    this.#send(message);
  }

  wheel(right: number, down: number): void {
    const message = new Uint8Array(5);
    message[0] = fromBrowser.wheel;
    view(message).setInt16(1, right);
    view(message).setInt16(3, down);
    this.#send(message);
  }

  key(code: string, down: boolean): void {
    this.#send(Uint8Array.of(fromBrowser.key, down ? 1 : 0, ...new TextEncoder().encode(code)));
  }

  text(text: string): void {
    this.#send(Uint8Array.of(fromBrowser.text, ...new TextEncoder().encode(text)));
  }

  release(): void {
    this.#send(Uint8Array.of(fromBrowser.release));
  }

  clipboard(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at === 0 || at < bytes.length; at += clipboardPiece) {
      const piece = bytes.subarray(at, at + clipboardPiece);
      const message = new Uint8Array(2 + piece.length);
      message.set([fromBrowser.clipboard, at + clipboardPiece >= bytes.length ? 1 : 0]);
      message.set(piece, 2);
      this.#send(message);
    }
  }

  monitor(number: number): void {
    this.#send(Uint8Array.of(fromBrowser.monitor, number));
  }

  quality(number: number): void {
    this.#send(Uint8Array.of(fromBrowser.quality, number));
  }

  #number(kind: number, value: number): void {
    const message = new Uint8Array(5);
    message[0] = kind;
    view(message).setUint32(1, value);
    this.#send(message);
  }
}
