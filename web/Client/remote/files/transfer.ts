import { sha256 } from "@noble/hashes/sha2.js";
import { type Answer, chunkBytes, FileError, type FilesClient } from "./client";

export type TransferState = "waiting" | "running" | "asking" | "paused" | "done" | "failed" | "cancelled";

/** So much of a file is read from this computer at a time. */
const readBytes = 2 << 20;

/** So much of a download is held in memory before it becomes a part of a blob, which the browser may put on its disk. */
const partBytes = 8 << 20;

const bytesToHex = (bytes: Uint8Array): string => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

/** One file on its way. It goes on where it was when the connection comes back. */
export abstract class Transfer {
  state: TransferState = "waiting";
  done = 0;
  note = "";
  /** Bytes per second, of the last seconds. */
  rate = 0;
  id = 0;
  /** How often it may be tried again by itself. */
  patience = 10;
  #measured = { at: 0, done: 0 };

  constructor(
    readonly direction: "up" | "down",
    /** As the person sees it. */
    readonly title: string,
    readonly path: string,
    public total: number,
  ) {}

  abstract run(client: FilesClient): Promise<void>;

  /** What a new try begins without. */
  abstract reset(): void;

  get isOver(): boolean {
    return this.state === "done" || this.state === "failed" || this.state === "cancelled";
  }

  get remaining(): number | undefined {
    return this.rate > 0 && this.total > 0 ? (this.total - this.done) / this.rate : undefined;
  }

  measure(now: number): void {
    const seconds = (now - this.#measured.at) / 1000;
    if (seconds > 10 || this.#measured.done > this.done) {
      this.#measured = { at: now, done: this.done };
    } else if (seconds >= 0.5) {
      const rate = (this.done - this.#measured.done) / seconds;
      this.rate = this.rate ? this.rate * 0.6 + rate * 0.4 : rate;
      this.#measured = { at: now, done: this.done };
    }
  }
}

export class Upload extends Transfer {
  replace = false;
  #hash = sha256.create();
  #hashed = 0;

  constructor(
    title: string,
    path: string,
    readonly file: File,
    readonly askReplace: (upload: Upload) => Promise<boolean>,
  ) {
    super("up", title, path, file.size);
  }

  reset(): void {
    this.done = 0;
    this.#hash = sha256.create();
    this.#hashed = 0;
  }

  async run(client: FilesClient): Promise<void> {
    let taken = 0;
    let room: (() => void) | undefined;
    let ended: FileError | undefined;
    let begin!: (answer: Answer) => void;
    let giveUp!: (error: FileError) => void;
    const ready = new Promise<Answer>((resolve, reject) => ([begin, giveUp] = [resolve, reject]));
    const { id, answer } = client.request(
      { op: "upload", path: this.path, size: this.file.size, replace: this.replace },
      {
        part: (part) => {
          if (part.offset !== undefined) {
            begin(part);
          } else if (part.taken !== undefined) {
            taken = this.done = part.taken;
            room?.();
          } else if (part.error) {
            // Somebody made a file of this name meanwhile.
            void this.askReplace(this).then((yes) => client.tell(id, yes ? "finish" : "cancel", { sha256: this.#digest(), replace: true, discard: true }));
          }
        },
      },
    );
    this.id = id;
    answer.catch((error: FileError) => {
      ended = error;
      giveUp(error);
      room?.();
    });
    const { offset = 0, window = 1 << 20 } = await ready;
    let at = (taken = this.done = offset);
    await this.#hashUpTo(offset);
    while (at < this.file.size && !ended) {
      const bytes = new Uint8Array(await this.file.slice(at, at + readBytes).arrayBuffer());
      if (bytes.length === 0) {
        break;
      }
      for (let i = 0; i < bytes.length && !ended; i += chunkBytes) {
        const piece = bytes.subarray(i, i + chunkBytes);
        while (at + piece.length - taken > window && !ended) {
          await new Promise<void>((resolve) => (room = resolve));
        }
        if (at + piece.length > this.#hashed) {
          this.#hash.update(piece.subarray(Math.max(0, this.#hashed - at)));
          this.#hashed = at + piece.length;
        }
        await client.sendChunk(id, at, piece);
        at += piece.length;
      }
    }
    if (!ended) {
      client.tell(id, "finish", { sha256: this.#digest() });
    }
    await answer;
    this.done = this.file.size;
  }

  #digest(): string {
    return bytesToHex(this.#hash.clone().digest());
  }

  /** What an earlier session brought there counts for the hash of the whole. */
  async #hashUpTo(offset: number): Promise<void> {
    while (this.#hashed < offset) {
      const bytes = new Uint8Array(await this.file.slice(this.#hashed, Math.min(offset, this.#hashed + readBytes)).arrayBuffer());
      if (bytes.length === 0) {
        return;
      }
      this.#hash.update(bytes);
      this.#hashed += bytes.length;
    }
  }
}

export class Download extends Transfer {
  #hash = sha256.create();
  #parts: Blob[] = [];
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #held = 0;
  #version?: string;

  constructor(
    title: string,
    path: string,
    size: number,
    readonly saveAs: string,
    readonly zip?: string[],
  ) {
    super("down", title, path, size);
  }

  reset(): void {
    this.done = 0;
    this.#hash = sha256.create();
    this.#parts = [];
    this.#pieces = [];
    this.#held = 0;
    this.#version = undefined;
  }

  async run(client: FilesClient): Promise<void> {
    if (this.zip) {
      // It is made anew each time, so it has no middle to go on from.
      this.reset();
    }
    const body = this.zip ? { op: "zip", paths: this.zip } : { op: "download", path: this.path, offset: this.done, version: this.#version };
    const { id, answer } = client.request(body, {
      part: (part) => {
        this.#version = part.version ?? this.#version;
        this.total = this.zip ? 0 : (part.size ?? this.total);
      },
      chunk: (bytes, offset) => this.#take(bytes, offset),
    });
    this.id = id;
    const last = await answer.catch((error: FileError) => {
      if (error.code === "changed") {
        this.reset();
      }
      throw error;
    });
    if (last.sha256 !== bytesToHex(this.#hash.clone().digest())) {
      this.reset();
      throw new FileError("hash_mismatch", "What arrived is not what was sent. Download it again.");
    }
    if (last.changed) {
      this.note = "It was changed on the device while it was read.";
    } else if (last.progress?.skipped) {
      this.note = `${last.progress.skipped} links and special files were left out.`;
    }
    this.total = this.done;
    save(new Blob([...this.#parts, ...this.#pieces]), this.saveAs);
    this.#parts = [];
    this.#pieces = [];
  }

  #take(bytes: Uint8Array, offset: number): void {
    if (offset !== this.done) {
      return;
    }
    // A copy: the message's memory is used again.
    const piece = new Uint8Array(bytes);
    this.#hash.update(piece);
    this.#pieces.push(piece);
    this.done += piece.length;
    this.#held += piece.length;
    if (this.#held >= partBytes) {
      this.#parts.push(new Blob(this.#pieces));
      this.#pieces = [];
      this.#held = 0;
    }
  }
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser takes its time to begin.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
