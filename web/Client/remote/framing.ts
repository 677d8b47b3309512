const message = 0;
const taken = 1;
const arrived = 2;
const head = 5;
const windowBytes = 1 << 20;
const maximumMessage = (64 << 10) - head;

export type Write = (frame: Uint8Array<ArrayBuffer>) => void;

/**
 * Messages in numbered frames, over one path after the other: a data channel, or the server. What the other side has not taken in is kept, at most a window of it, and sent again over
 * the next path; what comes twice is left out.
 */
export class Framing {
  readonly #deliver: (bytes: Uint8Array) => Promise<void> | void;
  #write?: Write;
  /** The other side has said on this path what it has. */
  #agreed = false;
  /** Frames that are not confirmed; the first has the number `#confirmed`. */
  #kept: Uint8Array<ArrayBuffer>[] = [];
  #keptBytes = 0;
  #confirmed = 0;
  #arrived = 0;
  #taken = 0;
  #takenBytes = 0;
  #waiting: (() => void)[] = [];
  #stopped = false;

  constructor(deliver: (bytes: Uint8Array) => Promise<void> | void) {
    this.#deliver = deliver;
  }

  /** From now on frames go this way. */
  use(write: Write): void {
    this.#write = write;
    this.#agreed = false;
    this.#tell(arrived, this.#arrived);
    this.#confirm();
  }

  /** There is no way at present. */
  pause(): void {
    this.#write = undefined;
    this.#agreed = false;
  }

  stop(): void {
    this.#stopped = true;
    this.pause();
    this.#wake();
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += maximumMessage) {
      const piece = bytes.subarray(at, at + maximumMessage);
      while (!this.#stopped && this.#keptBytes + piece.length > windowBytes) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      if (this.#stopped) {
        return;
      }
      const frame = frameOf(message, this.#confirmed + this.#kept.length, piece);
      this.#kept.push(frame);
      this.#keptBytes += piece.length;
      if (this.#agreed) {
        this.#write?.(frame);
      }
    }
  }

  receive(frame: Uint8Array): void {
    if (frame.length < head) {
      return;
    }
    const number = new DataView(frame.buffer, frame.byteOffset).getUint32(1);
    if (frame[0] === message) {
      // What is not the next one came by the path before, or follows one that is still to come by this.
      if (number === this.#arrived) {
        this.#arrived = (this.#arrived + 1) >>> 0;
        const bytes = frame.subarray(head);
        void Promise.resolve(this.#deliver(bytes)).then(() => this.#take(bytes.length));
      }
      return;
    }
    const count = (number - this.#confirmed) | 0;
    if (count > this.#kept.length) {
      return;
    }
    if (frame[0] === taken && count > 0) {
      this.#kept.splice(0, count).forEach((one) => (this.#keptBytes -= one.length - head));
      this.#confirmed = number;
      this.#wake();
    } else if (frame[0] === arrived && this.#write) {
      this.#agreed = true;
      this.#kept.slice(Math.max(0, count)).forEach((one) => this.#write?.(one));
    }
  }

  #take(count: number): void {
    this.#taken = (this.#taken + 1) >>> 0;
    this.#takenBytes += count;
    if (this.#takenBytes >= windowBytes / 8) {
      this.#confirm();
    }
  }

  #confirm(): void {
    if (this.#write) {
      this.#takenBytes = 0;
      this.#tell(taken, this.#taken);
    }
  }

  #tell(kind: number, number: number): void {
    this.#write?.(frameOf(kind, number));
  }

  #wake(): void {
    this.#waiting.splice(0).forEach((resume) => resume());
  }
}

function frameOf(kind: number, number: number, content?: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(head + (content?.length ?? 0));
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(1, number);
  if (content) {
    frame.set(content, head);
  }
  return frame;
}
