import { Consent } from "./consent";
import { Framing } from "./framing";
import { type Frame, graceMs, Line, type RemoteTransport } from "./line";

export type { RemoteTransport } from "./line";

export type RemoteEvents = {
  /** What is waited for, in words for a person. */
  waiting: (text: string) => void;
  /** Messages go this way now; said again after an interruption. */
  open: (transport: RemoteTransport) => void;
  /** One message; its bytes count as taken in when the promise is kept. */
  message: (bytes: Uint8Array) => Promise<void> | void;
  /** Over; said once. */
  end: (reason: string, text: string) => void;
};

const patienceForWebRtcMs = 5000;
/** A way that was found gets more: on a busy device the handshake over it takes its time. */
const patienceForHandshakeMs = 10_000;
/** So long a direct connection may be without an answer before another is looked for. */
const patienceForSilenceMs = 4000;
const activityEveryMs = 30_000;
/** A direct connection that is lost so often is not tried again. */
const directLosses = 3;

/**
 * A remote session from the browser's side: joins by its ticket, tries WebRTC, and goes through the server where that does not come to be. It outlives its connections: a lost one is
 * replaced, and what was under way goes on over the next.
 */
export class RemoteSession {
  readonly #line: Line;
  readonly #events: RemoteEvents;
  readonly #framing: Framing;
  readonly #consent: Consent;
  readonly #aborting = new AbortController();
  #iceServers: RTCIceServer[] = [];
  #peer?: RTCPeerConnection;
  #channel?: RTCDataChannel;
  #transport?: RemoteTransport;
  #losses = 0;
  #timer = 0;
  #silence = 0;
  #countdown = 0;
  #saidActive = 0;
  #ended = false;
  /** Messages can go now. */
  #isOpen = false;

  /** Without `lingers` the session ends with its page. */
  constructor(id: string, ticket: string, events: RemoteEvents, { lingers = false } = {}) {
    this.#events = events;
    this.#consent = new Consent((text) => this.#countdown || events.waiting(text));
    this.#framing = new Framing((bytes) => events.message(bytes));
    this.#line = new Line(id, ticket, {
      joining: () => this.#transport ?? events.waiting("Waiting for the device"),
      text: (frame) => void this.#take(frame),
      binary: (frame) => {
        if (!this.#channel) {
          this.#framing.receive(frame);
        }
      },
      lost: () => {
        if (!this.#isDirect) {
          this.#interrupt("Connection lost, reconnecting");
        }
      },
      over: () => {
        // A direct connection does not need the server, but what was agreed on with it: who may be here.
        this.#finish("lost", "The connection to the server was lost.");
      },
    });
    if (!lingers) {
      window.addEventListener("pagehide", ({ persisted }) => persisted || this.end(), { signal: this.#aborting.signal });
    }
  }

  /** Sends a message when there is room for it. */
  async send(bytes: Uint8Array): Promise<void> {
    if (Date.now() - this.#saidActive > activityEveryMs) {
      this.#saidActive = Date.now();
      this.#line.say({ type: "active" });
    }
    await this.#framing.send(bytes);
  }

  /** Leaves it as it is: it lives on for a while, and somebody may return to it. */
  leave(): void {
    this.#finish("left", "You left this session.");
  }

  /** Ends the session. */
  end(): void {
    this.#line.say({ type: "end" });
    this.#finish("closed", "You ended this session.");
  }

  get #isDirect(): boolean {
    return this.#channel?.readyState === "open";
  }

  async #take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case "session":
        this.#iceServers = frame.session?.ice_servers ?? [];
        this.#consent.device = frame.session?.device || "the device";
        break;
      case "peer":
        if (!this.#isDirect) {
          if (!this.#transport && !this.#consent.isAsking) {
            this.#events.waiting("Connecting");
          }
          await this.#offer();
        } else if (this.#transport) {
          // It may not have heard so when the server was away.
          this.#line.say({ type: "transport", transport: this.#transport });
        }
        break;
      case "away":
        if (this.#transport && !this.#isDirect) {
          this.#interrupt("The device's connection was lost, waiting for it");
        }
        break;
      case "answer":
        // A device without WebRTC answers with nothing.
        if (!frame.sdp) {
          this.#relay();
        } else {
          await this.#peer?.setRemoteDescription({ type: "answer", sdp: frame.sdp }).catch(() => this.#relay());
        }
        break;
      case "candidate":
        await this.#peer?.addIceCandidate(frame.candidate ? { candidate: frame.candidate, sdpMid: frame.mid ?? "0" } : undefined).catch(() => undefined);
        break;
      case "consent":
        if (frame.consent && this.#consent.take(frame.consent)) {
          if (this.#isOpen && this.#transport) {
            this.#events.open(this.#transport);
          } else if (!this.#countdown) {
            this.#events.waiting("Connecting");
          }
        }
        break;
      case "end":
        this.#finish(frame.reason ?? "closed", frame.message ?? "The session is over.");
        break;
    }
  }

  /** Agrees with the device on a way: a new connection if one comes to be, and otherwise the server. */
  async #offer(): Promise<void> {
    this.#drop();
    if (this.#losses >= directLosses) {
      this.#relay();
      return;
    }
    this.#timer = window.setTimeout(() => {
      if (this.#peer?.iceConnectionState === "connected" || this.#peer?.iceConnectionState === "completed") {
        this.#timer = window.setTimeout(() => this.#relay(), patienceForHandshakeMs);
      } else {
        this.#relay();
      }
    }, patienceForWebRtcMs);
    try {
      const peer = (this.#peer = new RTCPeerConnection({ iceServers: this.#iceServers }));
      const mine = (): boolean => this.#peer === peer;
      peer.addEventListener("icecandidate", ({ candidate }) => {
        if (mine()) {
          this.#line.say({ type: "candidate", candidate: candidate?.candidate || null, mid: candidate?.sdpMid ?? undefined });
        }
      });
      peer.addEventListener("iceconnectionstatechange", () => {
        clearTimeout(this.#silence);
        if (mine() && this.#channel && (peer.iceConnectionState === "disconnected" || peer.iceConnectionState === "failed")) {
          this.#silence = window.setTimeout(() => mine() && this.#loseChannel(), peer.iceConnectionState === "failed" ? 0 : patienceForSilenceMs);
        }
      });
      const channel = peer.createDataChannel("breeze", { ordered: true });
      channel.binaryType = "arraybuffer";
      channel.addEventListener("open", () => void this.#direct(peer, channel));
      channel.addEventListener("message", ({ data }) => {
        if (this.#channel === channel) {
          this.#framing.receive(new Uint8Array(data as ArrayBuffer));
        }
      });
      channel.addEventListener("close", () => {
        if (this.#channel === channel) {
          this.#loseChannel();
        }
      });
      await peer.setLocalDescription();
      if (mine()) {
        this.#line.say({ type: "offer", sdp: peer.localDescription!.sdp });
      }
    } catch {
      this.#relay();
    }
  }

  async #direct(peer: RTCPeerConnection, channel: RTCDataChannel): Promise<void> {
    if (this.#ended || this.#peer !== peer || this.#channel) {
      return;
    }
    this.#channel = channel;
    const transport = (await isRelayed(peer)) ? "turn" : "direct";
    if (this.#channel === channel) {
      this.#open(transport, (frame) => {
        if (channel.readyState === "open") {
          channel.send(frame);
        }
      });
    }
  }

  #relay(): void {
    if (!this.#ended) {
      this.#drop();
      if (this.#line.isOpen) {
        this.#open("relay", (frame) => this.#line.write(frame));
      }
    }
  }

  #open(transport: RemoteTransport, write: (frame: Uint8Array<ArrayBuffer>) => void): void {
    clearTimeout(this.#timer);
    clearInterval(this.#countdown);
    this.#countdown = 0;
    this.#transport = transport;
    this.#line.say({ type: "transport", transport });
    this.#framing.use(write);
    this.#isOpen = true;
    // Where somebody is still asked, it is open when they allow it.
    if (!this.#consent.isAsking) {
      this.#events.open(transport);
    }
  }

  /** The data channel is gone. With the server there, the two sides agree on the next way at once; otherwise when it is back. */
  #loseChannel(): void {
    this.#losses++;
    this.#interrupt("Connection lost, reconnecting");
    this.#drop();
    if (this.#line.isOpen) {
      void this.#offer();
    }
  }

  #interrupt(text: string): void {
    this.#isOpen = false;
    this.#framing.pause();
    if (this.#countdown || this.#ended) {
      return;
    }
    const until = Date.now() + graceMs;
    const tell = (): void => this.#events.waiting(`${text} (${Math.max(0, Math.ceil((until - Date.now()) / 1000))} s)`);
    this.#countdown = window.setInterval(tell, 1000);
    tell();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    this.#framing.pause();
    const peer = this.#peer;
    this.#channel = undefined;
    this.#peer = undefined;
    peer?.close();
  }

  #finish(reason: string, text: string): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#consent.stop();
    this.#aborting.abort();
    clearInterval(this.#countdown);
    this.#drop();
    this.#framing.stop();
    this.#line.close();
    this.#events.end(reason, text);
  }
}

async function isRelayed(peer: RTCPeerConnection): Promise<boolean> {
  const stats = await peer.getStats();
  const ids = new Set<string>();
  stats.forEach((entry) => {
    if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") {
      ids.add(entry.localCandidateId).add(entry.remoteCandidateId);
    }
  });
  let relayed = false;
  stats.forEach((entry) => (relayed ||= ids.has(entry.id) && entry.candidateType === "relay"));
  return relayed;
}
