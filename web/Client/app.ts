import htmx from "htmx.org";
import { behaviour, enliven, startBehaviours } from "./lib/behaviours";
import { startBell } from "./bell";
import { startBulk } from "./bulk";
import { startEditors } from "./editor";
import { startCheckGroups } from "./check-groups";
import { startExpressionFields, startOrderLists } from "./expression-field";
import { startForms } from "./forms";
import { startLiveRows } from "./live-rows";
import { startMenus } from "./menus";
import { startNavigation } from "./navigation";
import { startPalette } from "./palette";
import { startPasskeys } from "./passkeys";
import { startOpening } from "./remote/own";
import { startRefreshes } from "./refresh";
import { startShortcuts } from "./shortcuts";
import { startStepUp } from "./step-up";
import { startDrawers, startTables } from "./table";
import { startSwitcher } from "./switcher";
import { startTerminals } from "./terminal";
import { startTimes } from "./times";
import { startToasts } from "./toasts";

startBehaviours();
startNavigation();
startToasts();
startTimes();
startMenus();
startForms();
startExpressionFields();
startOrderLists();
startCheckGroups();
startEditors();
startPalette();
startSwitcher();
startTables();
startBulk();
startDrawers();
startShortcuts();
startLiveRows();
startTerminals();
startRefreshes();
startBell();
startPasskeys();
startStepUp();

// Charts are the heaviest part, so only pages that have one load them.
behaviour("[data-chart], [data-live-chart], [data-charts], [data-moment-chart]", (element) => {
  let stop: (() => void) | void;
  let gone = false;
  void import("./charts").then(({ startCharts }) => {
    if (!gone) {
      stop = startCharts(element);
    }
  });
  return () => {
    gone = true;
    stop?.();
  };
});

behaviour("[data-remote-open]", startOpening);

// So is the terminal.
behaviour("[data-remote-terminal]", (element) => {
  let stop: (() => void) | undefined;
  let gone = false;
  void import("./remote/terminal").then(({ startRemoteTerminal }) => {
    if (!gone) {
      stop = startRemoteTerminal(element);
    }
  });
  return () => {
    gone = true;
    stop?.();
  };
});

behaviour("[data-recording]", (element) => {
  let stop: (() => void) | undefined;
  let gone = false;
  void import("./remote/recording/player").then(({ startPlayer }) => {
    if (!gone) {
      stop = startPlayer(element);
    }
  });
  return () => {
    gone = true;
    stop?.();
  };
});

behaviour("[data-remote-files]", (element) => {
  let stop: (() => void) | undefined;
  let gone = false;
  void import("./remote/files/page").then(({ startFiles }) => {
    if (!gone) {
      stop = startFiles(element);
    }
  });
  return () => {
    gone = true;
    stop?.();
  };
});

behaviour("[data-remote-desktop]", (element) => {
  let stop: (() => void) | undefined;
  let gone = false;
  void import("./remote/desktop/page").then(({ startDesktop }) => {
    if (!gone) {
      stop = startDesktop(element);
    }
  });
  return () => {
    gone = true;
    stop?.();
  };
});

enliven(document.body);
document.documentElement.dataset.ready = "true";
void htmx;
