export type LocalFile = { file: File; path: string[] };

/** Everything in what was dropped, folders with all that is in them; and the folders themselves, because one may be empty. */
export async function readDropped(items: DataTransferItemList): Promise<{ files: LocalFile[]; folders: string[][] }> {
  // Read at once: the list is emptied when the event is over.
  const roots = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = { files: [] as LocalFile[], folders: [] as string[][] };
  for (const root of roots) {
    await read(root, [], found);
  }
  return found;
}

/** What was chosen as a folder in the browser's dialog. */
export function readChosen(list: FileList): { files: LocalFile[]; folders: string[][] } {
  const files = [...list].map((file) => ({ file, path: (file.webkitRelativePath || file.name).split("/") }));
  const folders = new Map<string, string[]>();
  for (const { path } of files) {
    for (let i = 1; i < path.length; i++) {
      folders.set(path.slice(0, i).join("/"), path.slice(0, i));
    }
  }
  return { files, folders: [...folders.values()] };
}

async function read(entry: FileSystemEntry, above: string[], found: { files: LocalFile[]; folders: string[][] }): Promise<void> {
  const path = [...above, entry.name];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.files.push({ file, path });
    return;
  }
  found.folders.push(path);
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A hundred at a time.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) {
      return;
    }
    for (const below of entries) {
      await read(below, path, found);
    }
  }
}
