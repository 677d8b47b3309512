const message = 0;
const credit = 1;
const windowBytes = 1 << 20;
const maximumMessage = 64 << 10;

/**
 * Messages in frames of one byte and content, with at most a window of them under way that the other side has not taken in: the same over a data channel, which
 * would fill memory otherwise, and through the server.
 */
export class Framing {
  readonly #write: (frame: Uint8Array<ArrayBuffer>) => void;
  readonly #deliver: (bytes: Uint8Array) => Promise<void> | void;
  #room = windowBytes;
  #taken = 0;
  #waiting: (() => void)[] = [];
  #started = false;
  #stopped = false;

  constructor(write: (frame: Uint8Array<ArrayBuffer>) => void, deliver: (bytes: Uint8Array) => Promise<void> | void) {
    this.#write = write;
    this.#deliver = deliver;
  }

  start(): void {
    this.#started = true;
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += maximumMessage) {
      const piece = bytes.subarray(at, at + maximumMessage);
      while (!this.#stopped && (!this.#started || this.#room < piece.length)) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      if (this.#stopped) {
        return;
      }
      this.#room -= piece.length;
      const frame = new Uint8Array(1 + piece.length);
      frame[0] = message;
      frame.set(piece, 1);
      this.#write(frame);
    }
  }

  receive(frame: Uint8Array): void {
    if (frame[0] === credit && frame.length === 5) {
      this.#room = Math.min(windowBytes, this.#room + new DataView(frame.buffer, frame.byteOffset).getInt32(1));
      this.#wake();
    } else if (frame[0] === message && frame.length > 1) {
      const bytes = frame.subarray(1);
      void Promise.resolve(this.#deliver(bytes)).then(() => this.#take(bytes.length));
    }
  }

  #take(count: number): void {
    this.#taken += count;
    if (this.#taken < windowBytes / 8 || this.#stopped) {
      return;
    }
    const frame = new Uint8Array(5);
    frame[0] = credit;
    new DataView(frame.buffer).setInt32(1, this.#taken);
    this.#taken = 0;
    this.#write(frame);
  }

  #wake(): void {
    this.#waiting.splice(0).forEach((resume) => resume());
  }
}
