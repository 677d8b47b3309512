export type Frame = {
  type: string;
  ticket?: string;
  resume?: string;
  session?: { ice_servers?: RTCIceServer[]; device?: string };
  consent?: ConsentWord;
  sdp?: string;
  candidate?: string | null;
  mid?: string;
  transport?: RemoteTransport;
  reason?: string;
  message?: string;
};

/** How far the consent of the person at the device is, as the device says and the server has cleaned it. */
export type ConsentWord = { answer: string; person?: string; seconds?: number; detail?: string };

export type RemoteTransport = "direct" | "turn" | "relay";

export type LineEvents = {
  joining: () => void;
  text: (frame: Frame) => void;
  binary: (bytes: Uint8Array) => void;
  /** The socket is gone, and the next is on its way. */
  lost: () => void;
  /** There will be no other. */
  over: () => void;
};

/** How long the server waits for a page that lost its connection. */
export const graceMs = 60_000;

const pausesMs = [200, 1000, 2000, 3000, 5000];
const askAfterMs = 10_000;
const deadAfterMs = 20_000;

/** A session's way to the server: one socket after the other, each joined by what the one before was given for that. */
export class Line {
  readonly #address: string;
  readonly #events: LineEvents;
  readonly #aborting = new AbortController();
  #proof: Pick<Frame, "ticket" | "resume"> | undefined;
  #socket?: WebSocket;
  #lostAt = 0;
  #attempt = 0;
  #heardAt = 0;
  #retry = 0;
  readonly #pulse: number;

  constructor(id: string, ticket: string, events: LineEvents) {
    this.#address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/remote/${id}`;
    this.#events = events;
    this.#proof = { ticket };
    this.#pulse = window.setInterval(() => this.#listen(deadAfterMs), 2000);
    // The network has changed, or the lid was opened: the socket may be dead and not know it.
    const { signal } = this.#aborting;
    window.addEventListener("online", () => this.#suspect(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.#suspect(), { signal });
    this.#connect();
  }

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && this.#lostAt === 0;
  }

  say(frame: Frame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  write(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(frame);
    }
  }

  close(): void {
    this.#aborting.abort();
    clearInterval(this.#pulse);
    clearTimeout(this.#retry);
    this.#socket?.close();
  }

  #connect(): void {
    const socket = (this.#socket = new WebSocket(this.#address));
    const mine = (): boolean => this.#socket === socket && !this.#aborting.signal.aborted;
    socket.binaryType = "arraybuffer";
    this.#heardAt = Date.now();
    socket.addEventListener("open", () => {
      if (mine()) {
        this.#events.joining();
        this.say({ type: "join", ...this.#proof });
        // It is good once; the next comes with the answer.
        this.#proof = undefined;
      }
    });
    socket.addEventListener("message", ({ data }) => {
      if (!mine()) {
        return;
      }
      this.#heardAt = Date.now();
      if (typeof data !== "string") {
        this.#events.binary(new Uint8Array(data as ArrayBuffer));
        return;
      }
      const frame = JSON.parse(data) as Frame;
      if (frame.type === "session") {
        this.#proof = { resume: frame.resume };
        this.#lostAt = this.#attempt = 0;
      }
      this.#events.text(frame);
    });
    socket.addEventListener("close", () => {
      if (mine()) {
        this.#socket = undefined;
        this.#lose();
      }
    });
  }

  #lose(): void {
    this.#lostAt ||= Date.now();
    if (!this.#proof || Date.now() - this.#lostAt > graceMs || this.#proof.ticket) {
      this.#events.over();
      return;
    }
    this.#retry = window.setTimeout(() => this.#connect(), pausesMs[Math.min(this.#attempt++, pausesMs.length - 1)]);
    this.#events.lost();
  }

  #suspect(): void {
    if (this.#lostAt) {
      clearTimeout(this.#retry);
      if (!this.#socket) {
        this.#connect();
      }
    } else {
      this.say({ type: "ping" });
      window.setTimeout(() => this.#listen(4000), 4000);
    }
  }

  /** Asks whether the server is there when nothing has come for a while, and takes a socket for lost that is silent. */
  #listen(patienceMs: number): void {
    const silence = Date.now() - this.#heardAt;
    if (this.#aborting.signal.aborted || silence < Math.min(askAfterMs, patienceMs)) {
      return;
    }
    if (silence < patienceMs) {
      this.say({ type: "ping" });
    } else if (this.#socket) {
      // Its own end would wait for the dead network.
      const dead = this.#socket;
      this.#socket = undefined;
      dead.close();
      this.#lose();
    }
  }
}
