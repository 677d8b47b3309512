import { RemoteSession, type RemoteTransport } from "../session";
import type { Hello } from "./names";

export type Entry = {
  name: string;
  kind: "file" | "folder" | "link" | "fifo" | "socket" | "device" | "unknown";
  size: number;
  changed: number;
  mode?: number;
  owner?: string;
  group?: string;
  target?: string;
  leads?: string;
};

export type Progress = { files: number; folders: number; bytes: number; skipped: number };

export type Answer = {
  id: number;
  done?: boolean;
  error?: { code: string; message: string };
  path?: string;
  entries?: Entry[];
  entry?: Entry;
  progress?: Progress;
  offset?: number;
  window?: number;
  taken?: number;
  size?: number;
  version?: string;
  sha256?: string;
  changed?: boolean;
  content?: "text" | "image" | "binary";
  type?: string;
  more?: boolean;
};

/** What the device refused, or the connection's end. */
export class FileError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Pending = {
  part?: (answer: Answer) => void;
  chunk?: (bytes: Uint8Array, offset: number) => void;
  keep: (answer: Answer) => void;
  refuse: (error: FileError) => void;
};

export type Listening = Pick<Pending, "part" | "chunk">;

export type ClientEvents = {
  waiting: (text: string) => void;
  open: (hello: Hello, transport: RemoteTransport) => void;
  /** The same session goes on after an interruption. */
  resumed: (transport: RemoteTransport) => void;
  end: (reason: string, text: string) => void;
};

const json = 1;
const chunk = 2;
const chunkHead = 13;

/** How many bytes of a file go into one message of at most 64 KiB. */
export const chunkBytes = 60 << 10;

/** The requests of one page, over one session after the other. */
export class FilesClient {
  readonly #events: ClientEvents;
  readonly #pending = new Map<number, Pending>();
  #session?: RemoteSession;
  #transport: RemoteTransport = "relay";
  #next = 1;
  #hello?: Hello;

  constructor(events: ClientEvents) {
    this.#events = events;
  }

  /** Null while there is no connection. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  attach(id: string, ticket: string): void {
    const before = this.#session;
    const session = new RemoteSession(id, ticket, {
      waiting: (text) => this.#events.waiting(text),
      open: (transport) => {
        this.#transport = transport;
        if (this.#session === session && this.#hello) {
          this.#events.resumed(transport);
        }
      },
      message: (bytes) => {
        if (this.#session === session) {
          this.#take(bytes);
        }
      },
      end: (reason, text) => {
        if (this.#session === session) {
          this.#end(reason, text);
        }
      },
    });
    this.#session = session;
    before?.end();
  }

  /** Ends it without telling anybody. */
  leave(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.end();
    this.#refuseAll("The page was left.");
  }

  /** Keeps with the last answer; `listening` hears those before it. */
  request(body: Record<string, unknown>, listening: Listening = {}): { id: number; answer: Promise<Answer> } {
    const id = this.#next++;
    const answer = new Promise<Answer>((keep, refuse) => {
      if (!this.#hello) {
        refuse(new FileError("lost", "There is no connection to the device."));
        return;
      }
      this.#pending.set(id, { ...listening, keep, refuse });
      this.#say({ ...body, id });
    });
    return { id, answer };
  }

  ask(op: string, body: Record<string, unknown> = {}, part?: (answer: Answer) => void): Promise<Answer> {
    return this.request({ ...body, op }, { part }).answer;
  }

  /** About a request that is under way. */
  tell(id: number, op: "cancel" | "finish", body: Record<string, unknown> = {}): void {
    this.#say({ ...body, id, op });
  }

  async sendChunk(id: number, offset: number, bytes: Uint8Array): Promise<void> {
    const message = new Uint8Array(chunkHead + bytes.length);
    const view = new DataView(message.buffer);
    message[0] = chunk;
    view.setUint32(1, id);
    view.setBigUint64(5, BigInt(offset));
    message.set(bytes, chunkHead);
    await this.#session?.send(message);
  }

  #say(body: Record<string, unknown>): void {
    const text = new TextEncoder().encode(JSON.stringify(body));
    const message = new Uint8Array(1 + text.length);
    message[0] = json;
    message.set(text, 1);
    void this.#session?.send(message);
  }

  #take(bytes: Uint8Array): void {
    if (bytes[0] === chunk && bytes.length > chunkHead) {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      this.#pending.get(view.getUint32(1))?.chunk?.(bytes.subarray(chunkHead), Number(view.getBigUint64(5)));
    } else if (bytes[0] === json) {
      const said = JSON.parse(new TextDecoder().decode(bytes.subarray(1))) as Answer & Partial<Hello> & { event?: string };
      if (said.event === "hello") {
        this.#hello = said as unknown as Hello;
        this.#events.open(this.#hello, this.#transport);
      } else {
        this.#answer(said);
      }
    }
  }

  #answer(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    // An error with more to come is a question.
    if (!pending || (!answer.done && (!answer.error || answer.more))) {
      pending?.part?.(answer);
      return;
    }
    this.#pending.delete(answer.id);
    if (answer.error) {
      pending.refuse(new FileError(answer.error.code, answer.error.message));
    } else {
      pending.keep(answer);
    }
  }

  #end(reason: string, text: string): void {
    this.#session = undefined;
    this.#refuseAll(text);
    this.#events.end(reason, text);
  }

  #refuseAll(text: string): void {
    this.#hello = undefined;
    const left = [...this.#pending.values()];
    this.#pending.clear();
    left.forEach((pending) => pending.refuse(new FileError("lost", text || "The connection to the device has ended.")));
  }
}
