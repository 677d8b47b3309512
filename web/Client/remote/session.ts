import { Framing } from "./framing";

export type RemoteTransport = "direct" | "turn" | "relay";

type Frame = {
  type: string;
  ticket?: string;
  session?: { ice_servers?: RTCIceServer[] };
  sdp?: string;
  candidate?: string | null;
  mid?: string;
  transport?: RemoteTransport;
  reason?: string;
  message?: string;
};

export type RemoteEvents = {
  /** What is waited for, in words for a person. */
  waiting: (text: string) => void;
  open: (transport: RemoteTransport) => void;
  /** One message; its bytes count as taken in when the promise is kept. */
  message: (bytes: Uint8Array) => Promise<void> | void;
  /** Over; said once. */
  end: (reason: string, text: string) => void;
};

const patienceForWebRtcMs = 5000;
/** A way that was found gets more: on a busy device the handshake over it takes its time. */
const patienceForHandshakeMs = 10_000;
const activityEveryMs = 30_000;

/** A remote session from the browser's side: joins by its ticket, tries WebRTC, and goes through the server where that does not come to be. */
export class RemoteSession {
  readonly #socket: WebSocket;
  readonly #events: RemoteEvents;
  readonly #framing: Framing;
  #iceServers: RTCIceServer[] = [];
  #peer?: RTCPeerConnection;
  #channel?: RTCDataChannel;
  #transport?: RemoteTransport;
  #timer = 0;
  #saidActive = 0;
  #ended = false;

  constructor(id: string, ticket: string, events: RemoteEvents) {
    this.#events = events;
    this.#framing = new Framing(
      (frame) => this.#sendFrame(frame),
      (bytes) => events.message(bytes),
    );
    this.#socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/remote/${id}`);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.addEventListener("open", () => {
      events.waiting("Waiting for the device");
      this.#say({ type: "join", ticket });
    });
    this.#socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") {
        void this.#take(JSON.parse(data) as Frame);
      } else {
        this.#framing.receive(new Uint8Array(data as ArrayBuffer));
      }
    });
    this.#socket.addEventListener("close", () => this.#finish("lost", "The connection to the server was lost."));
  }

  /** Sends a message when there is room for it. */
  async send(bytes: Uint8Array): Promise<void> {
    if (Date.now() - this.#saidActive > activityEveryMs) {
      this.#saidActive = Date.now();
      this.#say({ type: "active" });
    }
    await this.#framing.send(bytes);
  }

  /** Ends the session. */
  end(): void {
    this.#say({ type: "end" });
    this.#finish("closed", "You ended this session.");
  }

  async #take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case "session":
        this.#iceServers = frame.session?.ice_servers ?? [];
        break;
      case "peer":
        this.#events.waiting("Connecting");
        await this.#offer();
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
      case "end":
        this.#finish(frame.reason ?? "closed", frame.message ?? "The session is over.");
        break;
    }
  }

  async #offer(): Promise<void> {
    this.#timer = window.setTimeout(() => {
      if (this.#peer?.iceConnectionState === "connected" || this.#peer?.iceConnectionState === "completed") {
        this.#timer = window.setTimeout(() => this.#relay(), patienceForHandshakeMs);
      } else {
        this.#relay();
      }
    }, patienceForWebRtcMs);
    try {
      const peer = (this.#peer = new RTCPeerConnection({ iceServers: this.#iceServers }));
      peer.addEventListener("icecandidate", ({ candidate }) => {
        this.#say({ type: "candidate", candidate: candidate?.candidate || null, mid: candidate?.sdpMid ?? undefined });
      });
      const channel = peer.createDataChannel("breeze", { ordered: true });
      channel.binaryType = "arraybuffer";
      channel.addEventListener("open", () => void this.#direct(channel));
      channel.addEventListener("message", ({ data }) => this.#framing.receive(new Uint8Array(data as ArrayBuffer)));
      channel.addEventListener("close", () => {
        if (this.#channel === channel) {
          this.#say({ type: "end" });
          this.#finish("lost", "The connection to the device was lost.");
        }
      });
      await peer.setLocalDescription();
      this.#say({ type: "offer", sdp: peer.localDescription!.sdp });
    } catch {
      this.#relay();
    }
  }

  async #direct(channel: RTCDataChannel): Promise<void> {
    if (this.#transport || this.#ended) {
      return;
    }
    this.#channel = channel;
    this.#open((await isRelayed(this.#peer!)) ? "turn" : "direct");
  }

  #relay(): void {
    if (this.#transport || this.#ended) {
      return;
    }
    this.#channel = undefined;
    this.#peer?.close();
    this.#open("relay");
  }

  #open(transport: RemoteTransport): void {
    clearTimeout(this.#timer);
    this.#transport = transport;
    this.#say({ type: "transport", transport });
    this.#events.open(transport);
    this.#framing.start();
  }

  #sendFrame(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#channel) {
      if (this.#channel.readyState === "open") {
        this.#channel.send(frame);
      }
    } else if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(frame);
    }
  }

  #say(frame: Frame): void {
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #finish(reason: string, text: string): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#framing.stop();
    this.#peer?.close();
    this.#socket.close();
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
