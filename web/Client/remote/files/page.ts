import { formatValue } from "../../lib/units";
import { recall, remember } from "../../lib/store";
import { toast } from "../../toasts";
import type { RemoteTransport } from "../session";
import { type Entry, FileError, FilesClient, type Progress } from "./client";
import { askIn, textOf } from "./dialogs";
import { type LocalFile, readChosen, readDropped } from "./dropped";
import { FileTable } from "./list";
import { escaped, type Hello, join, parent, saveable, shown, steps } from "./names";
import { showPreview } from "./preview";
import { Download, type Transfer, Upload } from "./transfer";
import { Transfers } from "./transfers";

const transports: Record<RemoteTransport, string> = { direct: "Direct", turn: "Relayed (TURN)", relay: "Via server" };

/** Ends after which a new session is worth a try without asking. */
const passing = new Set(["lost", "agent_stopped", "plugin_replaced", "closed", "no_answer"]);
const pausesMs = [500, 2000, 5000, 10_000, 20_000, 30_000];
const hiddenKey = "files-hidden";

/** The files of a device on its page. Answers what to do when the page goes. */
export function startFiles(root: HTMLElement): () => void {
  const page = new FilesPage(root);
  return () => page.leave();
}

class FilesPage {
  readonly #root: HTMLElement;
  readonly #client: FilesClient;
  readonly #table: FileTable;
  readonly #transfers: Transfers;
  readonly #aborting = new AbortController();
  #hello?: Hello;
  #path = "";
  #listing = 0;
  #searching = 0;
  #attempt = 0;
  #timer = 0;
  #gone = false;
  #clipboard: { paths: string[]; cut: boolean } | null = null;
  #forAll: "replace" | "skip" | "both" | null = null;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#client = new FilesClient({
      waiting: (text) => this.#say(text, "wait"),
      open: (hello, transport) => this.#opened(hello, transport),
      resumed: (transport) => this.#say(transports[transport], "open"),
      end: (reason, text) => this.#ended(reason, text),
    });
    const icons = new Map([...root.querySelectorAll<HTMLElement>("[data-icons] [data-kind]")].map((holder) => [holder.dataset.kind!, holder.firstElementChild as SVGElement]));
    this.#table = new FileTable(this.#find("[data-list]"), icons, {
      open: (entry) => void this.#open(entry),
      up: () => this.#up(),
      choose: () => this.#showChoice(),
      key: (key, event) => this.#key(key, event),
    });
    this.#table.withHidden = recall(hiddenKey) === "on";
    this.#transfers = new Transfers(this.#client, this.#find("[data-transfers]"), (transfer) => this.#arrived(transfer));
    this.#listen();
    // The server's answer to the form is a ticket for a session.
    const ticket = new MutationObserver(() => this.#takeTicket());
    ticket.observe(this.#find("#files-session"), { childList: true });
    this.#aborting.signal.addEventListener("abort", () => ticket.disconnect());
    this.#takeTicket();
  }

  leave(): void {
    this.#gone = true;
    this.#aborting.abort();
    clearTimeout(this.#timer);
    this.#transfers.stop();
    this.#client.leave();
  }

  #find<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.#root.querySelector<T>(selector)!;
  }

  // --- The session ---

  #takeTicket(): void {
    const ticket = this.#find("#files-session").querySelector<HTMLElement>("[data-ticket]");
    if (ticket) {
      const { session, ticket: secret } = ticket.dataset;
      ticket.remove();
      this.#client.attach(session!, secret!);
    } else if (this.#find("#files-session").childElementCount > 0) {
      // A refusal, in words.
      this.#say("Not connected", "end");
      this.#later();
    }
  }

  #connect(): void {
    clearTimeout(this.#timer);
    if (!this.#gone && !this.#client.hello) {
      this.#say("Connecting", "wait");
      this.#find<HTMLFormElement>("[data-files-open]").requestSubmit();
    }
  }

  #later(): void {
    if (this.#attempt < pausesMs.length || this.#transfers.unfinished) {
      const pause = pausesMs[Math.min(this.#attempt++, pausesMs.length - 1)];
      this.#timer = window.setTimeout(() => this.#connect(), pause);
    }
  }

  #opened(hello: Hello, transport: RemoteTransport): void {
    const first = !this.#hello;
    this.#hello = hello;
    this.#attempt = 0;
    this.#find("#files-session").replaceChildren();
    this.#table.escapes = hello.escapes;
    this.#say(transports[transport], "open");
    this.#find("[data-user]").textContent = hello.user;
    this.#root.toggleAttribute("data-view-only", hello.view_only);
    this.#root.toggleAttribute("data-modes", hello.modes);
    void this.#go(this.#path || new URLSearchParams(location.search).get("path") || hello.home, { keep: !first });
    this.#transfers.next();
  }

  #ended(reason: string, text: string): void {
    this.#say(text || "Not connected", "end");
    if (passing.has(reason)) {
      this.#later();
    }
  }

  #say(text: string, tone: string): void {
    const state = this.#find("[data-remote-state]");
    state.textContent = text;
    state.dataset.tone = tone;
    this.#find("[data-files-again]").hidden = tone !== "end";
    this.#root.dataset.state = tone;
  }

  // --- Looking ---

  async #go(path: string, { push = false, keep = false, choose = [] as string[] } = {}): Promise<void> {
    const run = ++this.#listing;
    this.#cancelSearch();
    const before = keep ? this.#table.chosen.map((entry) => entry.name) : choose;
    let began = false;
    this.#busy(true);
    try {
      await this.#client.ask("list", { path }, (answer) => {
        if (run !== this.#listing) {
          return;
        }
        if (!began && answer.path !== undefined) {
          began = true;
          this.#show(answer.path, push);
        }
        this.#table.add(answer.entries ?? []);
        this.#find("[data-count]").textContent = `${this.#table.entries.length} so far`;
      });
      if (run === this.#listing && before.length) {
        this.#table.choose(before);
      }
    } catch (error) {
      if (run === this.#listing) {
        this.#complain(error);
        this.#showCrumbs();
      }
    } finally {
      if (run === this.#listing) {
        this.#busy(false);
        this.#count();
      }
    }
  }

  #show(path: string, push: boolean): void {
    if (path !== this.#path) {
      this.#hidePreview();
    }
    this.#path = path;
    this.#table.clear();
    const address = `${location.pathname}?path=${encodeURIComponent(path)}`;
    if (push) {
      history.pushState({ files: path }, "", address);
    } else {
      history.replaceState({ files: path }, "", address);
    }
    this.#showCrumbs();
  }

  #showCrumbs(): void {
    const hello = this.#hello;
    if (!hello || !this.#path) {
      return;
    }
    const list = this.#find("[data-path-steps]");
    const all = steps(this.#path, hello);
    list.replaceChildren(
      ...all.map(({ text, path }, i) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        const name = document.createElement("bdi");
        name.textContent = shown(text, hello.escapes);
        button.append(name);
        if (i === all.length - 1) {
          button.setAttribute("aria-current", "page");
        }
        button.addEventListener("click", () => void this.#go(path, { push: true }));
        item.append(button);
        return item;
      }),
    );
    this.#find<HTMLInputElement>("[data-path-input]").value = this.#path;
    this.#editPath(false);
    list.scrollLeft = list.scrollWidth;
  }

  #editPath(edit: boolean): void {
    this.#find("[data-path]").toggleAttribute("data-editing", edit);
    if (edit) {
      const input = this.#find<HTMLInputElement>("[data-path-input]");
      input.focus();
      input.select();
    }
  }

  #reload(choose: string[] = []): void {
    void this.#go(this.#path, { keep: choose.length === 0, choose });
  }

  #up(): void {
    const above = this.#hello && parent(this.#path, this.#hello);
    if (above) {
      const from = steps(this.#path, this.#hello!).at(-1)!.text;
      void this.#go(above, { push: true, choose: [from] });
    }
  }

  async #open(entry: Entry): Promise<void> {
    const path = this.#pathOf(entry);
    if (entry.kind === "folder" || entry.leads === "folder") {
      await this.#go(path, { push: true });
      this.#table.focus();
    } else if (entry.kind === "file") {
      await this.#preview(entry, path);
    } else if (entry.kind === "link" && entry.leads === "file") {
      // To where it leads, with the file chosen.
      const hello = this.#hello!;
      const target = entry.target!;
      const whole = hello.roots.some((known) => target.startsWith(known)) ? target : join(parent(path, hello)!, target, hello);
      const above = parent(whole, hello);
      if (above) {
        await this.#go(above, { push: true, choose: [steps(whole, hello).at(-1)!.text] });
      }
    } else {
      toast({ text: "There is nothing in it to show: it is no regular file." });
    }
  }

  async #preview(entry: Entry, path: string): Promise<void> {
    const pane = this.#find("[data-preview]");
    pane.hidden = false;
    this.#root.toggleAttribute("data-previewing", true);
    try {
      await showPreview(pane, this.#client, entry, path, this.#hello!.escapes);
    } catch (error) {
      this.#hidePreview();
      this.#complain(error);
    }
  }

  #hidePreview(): void {
    this.#find("[data-preview]").hidden = true;
    this.#root.removeAttribute("data-previewing");
  }

  #count(): void {
    const { count, chosen } = this.#table;
    const all = this.#table.entries.length;
    const size = chosen.reduce((sum, entry) => sum + (entry.kind === "file" ? entry.size : 0), 0);
    const hidden = all - count;
    this.#find("[data-count]").textContent = chosen.length
      ? `${chosen.length} of ${count} chosen${size ? `, ${formatValue(size, "By")}` : ""}`
      : `${count} ${count === 1 ? "entry" : "entries"}${hidden ? `, ${hidden} hidden` : ""}`;
    this.#find("[data-empty]").hidden = count > 0 || this.#root.hasAttribute("data-busy");
  }

  #busy(busy: boolean): void {
    this.#root.toggleAttribute("data-busy", busy);
    this.#find("[data-list] table").setAttribute("aria-busy", String(busy));
  }

  #showChoice(): void {
    const chosen = this.#table.chosen;
    for (const button of this.#root.querySelectorAll<HTMLButtonElement>("[data-needs]")) {
      button.disabled = button.dataset.needs === "one" ? chosen.length !== 1 : chosen.length === 0;
    }
    this.#count();
  }

  // --- Searching ---

  async #search(pattern: string): Promise<void> {
    this.#cancelSearch();
    if (!pattern) {
      this.#reload();
      return;
    }
    const run = ++this.#listing;
    this.#busy(true);
    this.#hidePreview();
    this.#table.clear();
    const { id, answer } = this.#client.request({ op: "search", path: this.#path, pattern }, {
      part: (part) => {
        if (run === this.#listing) {
          this.#table.add(part.entries ?? []);
          this.#find("[data-count]").textContent = `${this.#table.entries.length} found${part.progress ? `, ${part.progress.files + part.progress.folders} looked at` : ""}`;
        }
      },
    });
    this.#searching = id;
    try {
      const last = await answer;
      if (run === this.#listing) {
        this.#table.refresh();
        this.#count();
        if (last.more) {
          toast({ text: `More than ${this.#table.entries.length} are found. Search for more of the name, or further down.` });
        }
      }
    } catch (error) {
      if (run === this.#listing && !(error instanceof FileError && error.code === "cancelled")) {
        this.#complain(error);
      }
    } finally {
      if (run === this.#listing) {
        this.#searching = 0;
        this.#busy(false);
        this.#find("[data-empty]").hidden = this.#table.count > 0;
      }
    }
  }

  #cancelSearch(): void {
    if (this.#searching) {
      this.#client.tell(this.#searching, "cancel");
      this.#searching = 0;
    }
  }

  // --- Changing ---

  #pathOf(entry: Entry): string {
    const separated = this.#hello!.separator === "/" ? entry.name : entry.name.replaceAll("/", this.#hello!.separator);
    return join(this.#path, separated, this.#hello!);
  }

  #dialog(name: string): HTMLDialogElement {
    return this.#find<HTMLDialogElement>(`dialog[data-ask="${name}"]`);
  }

  async #change(op: string, body: Record<string, unknown>, words: string, choose: string[] = []): Promise<boolean> {
    const status = this.#find("[data-work]");
    const { id, answer } = this.#client.request({ ...body, op }, { part: (part) => part.progress && this.#progress(words, part.progress) });
    const cancel = (): void => this.#client.tell(id, "cancel");
    const button = this.#find("[data-work-cancel]");
    button.addEventListener("click", cancel);
    const shownLater = setTimeout(() => (status.hidden = false), 400);
    this.#find("[data-work-text]").textContent = words;
    try {
      await answer;
      return true;
    } catch (error) {
      this.#complain(error);
      return false;
    } finally {
      clearTimeout(shownLater);
      status.hidden = true;
      button.removeEventListener("click", cancel);
      this.#reload(choose);
    }
  }

  #progress(words: string, progress: Progress): void {
    const bytes = progress.bytes ? `, ${formatValue(progress.bytes, "By")}` : "";
    this.#find("[data-work-text]").textContent = `${words}: ${progress.files + progress.folders}${bytes}`;
  }

  async #makeFolder(): Promise<void> {
    const given = await askIn(this.#dialog("folder"), () => undefined);
    if (given) {
      const name = escaped(textOf(given, "name"), this.#hello!);
      await this.#change("mkdir", { path: join(this.#path, name, this.#hello!) }, "Making a folder", [name]);
    }
  }

  async #rename(): Promise<void> {
    const { chosen, current } = this.#table;
    const entry = chosen.length === 1 ? chosen[0] : current;
    if (!entry) {
      return;
    }
    const given = await askIn(this.#dialog("rename"), (form) => {
      const input = form.elements.namedItem("name") as HTMLInputElement;
      input.value = entry.name.split("/").at(-1)!;
      requestAnimationFrame(() => input.setSelectionRange(0, entry.kind === "file" && input.value.lastIndexOf(".") > 0 ? input.value.lastIndexOf(".") : input.value.length));
    });
    // As the device writes names: what was there and is no text stays as it was.
    if (given && textOf(given, "name") !== entry.name) {
      await this.#change("rename", { path: this.#pathOf(entry), to: textOf(given, "name") }, "Renaming", [textOf(given, "name")]);
    }
  }

  async #transferTo(): Promise<void> {
    const chosen = this.#table.chosen;
    if (chosen.length === 0) {
      return;
    }
    const given = await askIn(this.#dialog("move"), (form) => {
      (form.elements.namedItem("to") as HTMLInputElement).value = this.#path;
    });
    if (given) {
      const op = textOf(given, "act");
      await this.#change(op, { paths: chosen.map((entry) => this.#pathOf(entry)), to: textOf(given, "to"), replace: given.get("replace") === "on" }, op === "copy" ? "Copying" : "Moving");
    }
  }

  async #paste(): Promise<void> {
    const held = this.#clipboard;
    if (held) {
      await this.#change(held.cut ? "move" : "copy", { paths: held.paths, to: this.#path }, held.cut ? "Moving" : "Copying");
      if (held.cut) {
        this.#clipboard = null;
      }
    }
  }

  #hold(cut: boolean): void {
    const chosen = this.#table.chosen;
    if (chosen.length) {
      this.#clipboard = { paths: chosen.map((entry) => this.#pathOf(entry)), cut };
      this.#find<HTMLButtonElement>("[data-do=paste]").disabled = false;
      toast({ text: `${chosen.length} ${cut ? "cut" : "copied"}. Go to a folder and paste with Ctrl+V.` });
    }
  }

  async #delete(): Promise<void> {
    const chosen = this.#table.chosen;
    if (chosen.length === 0) {
      return;
    }
    const paths = chosen.map((entry) => this.#pathOf(entry));
    let total = chosen.length;
    let counting = 0;
    const given = await askIn(this.#dialog("delete"), (form) => {
      const words = form.querySelector("[data-words]")!;
      const count = form.querySelector<HTMLElement>("[data-count-field]")!;
      const input = count.querySelector("input")!;
      const button = form.querySelector<HTMLButtonElement>("[data-confirm]")!;
      const what = chosen.length === 1 ? `“${shown(chosen[0].name, this.#hello!.escapes)}”` : `${chosen.length} entries`;
      const show = (text: string): void => {
        words.textContent = text;
        count.hidden = total <= 10;
        input.required = total > 10;
        input.pattern = String(total);
        count.querySelector("b")!.textContent = String(total);
      };
      button.disabled = true;
      show(`Counting what is in ${what} …`);
      const { id, answer } = this.#client.request({ op: "measure", paths });
      counting = id;
      void answer.then(
        ({ progress }) => {
          total = progress!.files + progress!.folders;
          show(`${what} will be gone for good: ${counted(progress!.files, "file")} and ${counted(progress!.folders, "folder")}, ${formatValue(progress!.bytes, "By")}. What links lead to stays.`);
          button.disabled = false;
        },
        (error: FileError) => error.code !== "cancelled" && show(error.message),
      );
    });
    this.#client.tell(counting, "cancel");
    if (given) {
      await this.#change("delete", { paths }, "Deleting");
    }
    this.#table.focus();
  }

  async #permissions(): Promise<void> {
    const chosen = this.#table.chosen;
    if (chosen.length === 0) {
      return;
    }
    const one = chosen[0];
    const before = { mode: ((one.mode ?? 0) & 0o7777).toString(8).padStart(4, "0"), owner: one.owner ?? "", group: one.group ?? "" };
    const given = await askIn(this.#dialog("permissions"), (form) => {
      for (const [name, value] of Object.entries(before)) {
        (form.elements.namedItem(name) as HTMLInputElement).value = value;
      }
      form.querySelector<HTMLElement>("[data-recursive]")!.hidden = !chosen.some((entry) => entry.kind === "folder");
      showBits(form);
    });
    if (!given) {
      return;
    }
    const paths = chosen.map((entry) => this.#pathOf(entry));
    const recursive = given.get("recursive") === "on";
    const [mode, owner, group] = [textOf(given, "mode"), textOf(given, "owner").trim(), textOf(given, "group").trim()];
    if ((owner !== before.owner || group !== before.group || recursive) && (owner || group)) {
      const changed = { owner: owner !== before.owner ? owner : undefined, group: group !== before.group ? group : undefined };
      if ((changed.owner || changed.group) && !(await this.#change("chown", { paths, recursive, ...changed }, "Changing the owner"))) {
        return;
      }
    }
    if (mode !== before.mode || recursive || chosen.length > 1) {
      await this.#change("chmod", { paths, recursive, mode: parseInt(mode, 8) }, "Changing permissions");
    }
  }

  // --- Transfers ---

  #download(): void {
    const chosen = this.#table.chosen;
    const hello = this.#hello!;
    const zipped = chosen.filter((entry) => entry.kind === "folder");
    const files = chosen.filter((entry) => entry.kind === "file");
    if (zipped.length > 0 || files.length > 5) {
      const all = [...zipped, ...files];
      const name = `${saveable(all.length === 1 ? all[0].name : (steps(this.#path, hello).at(-1)?.text ?? "files"), hello) || "files"}.zip`;
      this.#transfers.add(new Download(name, this.#path, 0, name, all.map((entry) => this.#pathOf(entry))));
      return;
    }
    for (const entry of files) {
      this.#transfers.add(new Download(shown(entry.name, hello.escapes), this.#pathOf(entry), entry.size, saveable(entry.name.split("/").at(-1)!, hello)));
    }
    if (files.length < chosen.length) {
      toast({ text: "Links and special files are left out. Open a link to come to what it leads to." });
    }
  }

  async #upload({ files, folders }: { files: LocalFile[]; folders: string[][] }): Promise<void> {
    const hello = this.#hello;
    if (!hello || hello.view_only) {
      return;
    }
    const into = this.#path;
    const pathOf = (parts: string[]): string => parts.reduce((path, part) => join(path, escaped(part, hello), hello), into);
    this.#forAll = null;
    for (const folder of folders) {
      try {
        await this.#client.ask("mkdir", { path: pathOf(folder) });
      } catch (error) {
        if (!(error instanceof FileError && error.code === "exists")) {
          this.#complain(error);
          return;
        }
      }
    }
    const there = new Set(this.#table.entries.map((entry) => entry.name));
    for (const { file, path } of files) {
      // Asked before it begins where it is known; the device asks for what it alone knows.
      const known = path.length === 1 && there.has(escaped(path[0], hello));
      const answer = known ? await this.#askReplace(path.join("/")) : null;
      if (answer === "skip") {
        continue;
      }
      const name = answer === "both" ? freeName(path.at(-1)!, (candidate) => there.has(escaped(candidate, hello))) : path.at(-1)!;
      const upload = new Upload([...path.slice(0, -1), name].join("/"), pathOf([...path.slice(0, -1), name]), file, async (one) => (await this.#askReplace(one.title)) === "replace");
      upload.replace = answer === "replace" || this.#forAll === "replace";
      this.#transfers.add(upload);
    }
    this.#reload();
  }

  #askReplace(name: string): Promise<"replace" | "skip" | "both"> {
    const asked = this.#asking.then(async () => {
      if (this.#forAll) {
        return this.#forAll;
      }
      const given = await askIn(this.#dialog("replace"), (form) => {
        form.querySelector("[data-words]")!.textContent = `“${shown(name, false)}” is there already.`;
      });
      const answer = given ? (textOf(given, "act") as "replace" | "skip" | "both") : "skip";
      this.#forAll = given?.get("all") === "on" ? answer : null;
      return answer;
    });
    this.#asking = asked;
    return asked;
  }

  #arrived(transfer: Transfer): void {
    if (transfer.direction === "up" && this.#hello && parent(transfer.path, this.#hello) === this.#path && !this.#searching) {
      clearTimeout(this.#reloading);
      this.#reloading = window.setTimeout(() => this.#reload(), 300);
    }
  }

  #reloading = 0;

  // --- What the person does ---

  #listen(): void {
    const signal = this.#aborting.signal;
    const on = (selector: string, event: string, act: (event: Event) => void): void => this.#find(selector).addEventListener(event, act, { signal });
    const acts: Record<string, () => void> = {
      up: () => this.#up(),
      reload: () => this.#reload(),
      folder: () => void this.#makeFolder(),
      rename: () => void this.#rename(),
      move: () => void this.#transferTo(),
      paste: () => void this.#paste(),
      delete: () => void this.#delete(),
      permissions: () => void this.#permissions(),
      download: () => this.#download(),
      upload: () => this.#find<HTMLInputElement>("[data-choose-files]").click(),
      "upload-folder": () => this.#find<HTMLInputElement>("[data-choose-folder]").click(),
      "edit-path": () => this.#editPath(true),
      "close-preview": () => this.#hidePreview(),
      again: () => this.#connect(),
    };
    this.#root.addEventListener("click", (event) => acts[(event.target as Element).closest<HTMLElement>("[data-do]")?.dataset.do ?? ""]?.(), { signal });
    for (const input of this.#root.querySelectorAll<HTMLInputElement>("[data-choose-files], [data-choose-folder]")) {
      input.addEventListener(
        "change",
        () => {
          const chosen = readChosen(input.files!);
          input.value = "";
          void this.#upload(chosen);
        },
        { signal },
      );
    }
    on("[data-files-open]", "htmx:afterRequest", (event) => {
      const { successful, xhr } = (event as CustomEvent).detail as { successful: boolean; xhr: XMLHttpRequest };
      if (successful || xhr.status === 422) {
        return;
      }
      if (xhr.status === 403) {
        // The dialog that asks sends the form again when it was answered.
        this.#say("Confirm who you are to connect", "end");
      } else {
        this.#say("The server cannot be reached", "end");
        this.#later();
      }
    });
    on("[data-path-form]", "submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      void this.#go(this.#find<HTMLInputElement>("[data-path-input]").value.trim(), { push: true });
    });
    on("[data-path-input]", "keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") {
        this.#showCrumbs();
        this.#table.focus();
      }
    });
    on("[data-path-input]", "blur", () => this.#showCrumbs());
    on("[data-search-form]", "submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      void this.#search(this.#find<HTMLInputElement>("[data-page-search]").value.trim());
    });
    on("[data-page-search]", "search", () => {
      if (!this.#find<HTMLInputElement>("[data-page-search]").value) {
        void this.#search("");
      }
    });
    const hidden = this.#find<HTMLInputElement>("[data-show-hidden]");
    hidden.checked = this.#table.withHidden;
    hidden.addEventListener(
      "change",
      () => {
        this.#table.withHidden = hidden.checked;
        remember(hiddenKey, hidden.checked ? "on" : "off");
        this.#table.refresh();
        this.#count();
      },
      { signal },
    );
    this.#dialog("permissions").addEventListener("input", (event) => followBits(event), { signal });
    addEventListener("popstate", (event) => {
      const path = (event.state as { files?: string } | null)?.files;
      if (path && this.#client.hello) {
        void this.#go(path);
      }
    }, { signal });
    addEventListener("beforeunload", (event) => this.#transfers.unfinished && event.preventDefault(), { signal });
    this.#listenForDrops(signal);
    this.#showChoice();
  }

  #listenForDrops(signal: AbortSignal): void {
    let over = 0;
    const mark = (by: number): void => {
      over = Math.max(0, over + by);
      this.#root.toggleAttribute("data-drop", over > 0);
    };
    this.#root.addEventListener("dragenter", () => mark(1), { signal });
    this.#root.addEventListener("dragleave", () => mark(-1), { signal });
    this.#root.addEventListener("dragover", (event) => event.preventDefault(), { signal });
    this.#root.addEventListener(
      "drop",
      (event) => {
        event.preventDefault();
        over = 0;
        mark(0);
        if (event.dataTransfer) {
          void readDropped(event.dataTransfer.items).then((found) => this.#upload(found), (error) => this.#complain(error));
        }
      },
      { signal },
    );
  }

  #key(key: string, event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey) {
      switch (key.toLowerCase()) {
        case "c":
          this.#hold(false);
          return true;
        case "x":
          this.#hold(true);
          return true;
        case "v":
          void this.#paste();
          return true;
        case "l":
          this.#editPath(true);
          return true;
      }
      return false;
    }
    switch (key) {
      case "F2":
        void this.#rename();
        return true;
      case "Delete":
        void this.#delete();
        return true;
    }
    return false;
  }

  #complain(error: unknown): void {
    if (error instanceof FileError && (error.code === "cancelled" || error.code === "lost")) {
      return;
    }
    toast({ text: error instanceof Error ? error.message : String(error), tone: "bad" });
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let number = 2; ; number++) {
    const candidate = `${stem} (${number})${ending}`;
    if (!isTaken(candidate)) {
      return candidate;
    }
  }
}

/** The nine boxes and the octal number say the same. */
function followBits(event: Event): void {
  const input = event.target as HTMLInputElement;
  const form = input.form!;
  const number = form.elements.namedItem("mode") as HTMLInputElement;
  if (input.dataset.bit) {
    const bit = Number(input.dataset.bit);
    const mode = parseInt(number.value, 8) || 0;
    number.value = (input.checked ? mode | bit : mode & ~bit).toString(8).padStart(4, "0");
  } else if (input === number) {
    showBits(form);
  }
}

function showBits(form: HTMLFormElement): void {
  const mode = parseInt((form.elements.namedItem("mode") as HTMLInputElement).value, 8) || 0;
  form.querySelectorAll<HTMLInputElement>("[data-bit]").forEach((box) => (box.checked = (mode & Number(box.dataset.bit)) !== 0));
}
