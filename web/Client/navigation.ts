/** What a boosted page change needs beyond the swap: error pages are shown, the new page is announced and gets the focus. */
export function startNavigation(): void {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const detail = (event as CustomEvent).detail as { boosted?: boolean; xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean };
    if (detail.boosted && detail.xhr.status >= 400) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const detail = (event as CustomEvent).detail as { boosted?: boolean; target?: Element };
    if (detail.boosted && detail.target === document.body) {
      document.documentElement.removeAttribute("data-nav-open");
      document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
    }
  });
  // The page of a signed-out person is the sign-in page: load it as a page, not as a fragment.
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr } = (event as CustomEvent).detail as { xhr: XMLHttpRequest };
    if (new URL(xhr.responseURL || location.href, location.href).pathname === "/sign-in" && location.pathname !== "/sign-in") {
      event.preventDefault();
      location.assign(`/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`);
    }
  });
}
