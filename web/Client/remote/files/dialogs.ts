/** Shows a dialog of the page; keeps with what was given in it, or with null when it was closed. */
export function askIn(dialog: HTMLDialogElement, fill: (form: HTMLFormElement) => void): Promise<FormData | null> {
  const form = dialog.querySelector("form")!;
  form.reset();
  fill(form);
  return new Promise((resolve) => {
    let given: FormData | null = null;
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      given = new FormData(form, event.submitter);
      dialog.close();
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener(
      "close",
      () => {
        form.removeEventListener("submit", submit);
        resolve(given);
      },
      { once: true },
    );
    dialog.showModal();
    form.querySelector<HTMLElement>("[autofocus], input:not([type=hidden])")?.focus();
  });
}

export function textOf(data: FormData, name: string): string {
  return String(data.get(name) ?? "");
}
