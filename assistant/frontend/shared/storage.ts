/** Local storage that never throws: locked-down browsers refuse even the property. Then we remember for this page only. */
const memory = new Map<string, string>();

export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return memory.get(key) ?? null;
  }
}

export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    if (value === null) memory.delete(key);
    else memory.set(key, value);
  }
}

/** Stored JSON, or `fallback` when absent, unreadable or of another shape. */
export function readStoredJson<T>(key: string, fallback: T, isValid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(readStored(key) ?? "");
    return isValid(value) ? value : fallback;
  } catch {
    return fallback;
  }
}
