/** What this browser remembers; a browser that refuses storage forgets, and nothing breaks. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`breeze.${key}`, value);
  } catch {
    // Private windows may refuse.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`breeze.${key}`);
  } catch {
    return null;
  }
}
