import type { RemoteTransport } from "./session";

/** What a person reads of a transport. */
export const transports: Record<RemoteTransport, string> = { direct: "Direct", turn: "Relayed (TURN)", relay: "Via server" };
