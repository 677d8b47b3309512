/** A server-sent event stream that closes with its element and comes back with the page from the background. */
export function openStream(url: string, handlers: Record<string, (data: string) => void>): () => void {
  const source = new EventSource(url);
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle((event as MessageEvent<string>).data));
  }
  const leave = (): void => source.close();
  addEventListener("pagehide", leave, { once: true });
  return () => {
    removeEventListener("pagehide", leave);
    source.close();
  };
}
