// Bad days: begun by their name or as a rule of one's own, watched, ended.

import { ask, byId, make, makeButton, renew } from "./dom.js";
import { attempt } from "./notice.js";
import { say } from "./words.js";

const PRESETS = ["slow", "down", "flood", "flaky"];
const ACTIONS = [
  "429", "error", "html", "restart", "delay", "hang", "hang_after", "reset_before", "reset_after",
  "truncate", "bad_schema", "migrate", "kick", "block", "drop_rights", "topic_closed",
  "duplicate_update", "reorder_updates", "late_callback", "webhook_down",
];

export async function showFaults() {
  const faults = await ask("/sim/faults");
  renew(byId("faults"), faults.map(faultOf));
  byId("faults-clear").hidden = !faults.length;
}

function faultOf(fault) {
  const left = fault.left === null ? "" : say("secondsLeft", { count: Math.ceil(fault.left) });
  const share = fault.percent < 100 ? ` ${fault.percent} %` : "";
  const end = makeButton("close", "✕", () => attempt(() => ask(`/sim/faults/${fault.id}`, undefined, "DELETE")));
  end.dataset.fault = fault.id;
  end.ariaLabel = say("faultEnd");
  return make(
    "p", "fault",
    make("b", "", `${fault.action}${share}`), make("span", "fault-method", fault.method), end,
    make("small", "quiet", [say("struck", { count: fault.struck }), left].filter(Boolean).join(" · ")),
  );
}

export function furnishFaults() {
  byId("presets").replaceChildren(...PRESETS.map((name) => makeButton(
    "preset", say(`preset_${name}`), () => attempt(() => ask(`/sim/faults/presets/${name}`, {})),
  )));
  byId("fault-action").replaceChildren(...ACTIONS.map((action) => make("option", "", action)));
  byId("faults-clear").addEventListener("click", () => ask("/sim/faults", undefined, "DELETE"));
  byId("fault-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => ask("/sim/faults", ruleOf(new FormData(event.target))));
  });
}

// A number fits whichever action is chosen: seconds of a delay, a percentage, how many times.
function ruleOf(form) {
  const times = Number(form.get("times"));
  return {
    action: form.get("action"),
    method: form.get("method") || "*",
    times: times || null,
    seconds: Number(form.get("seconds")),
  };
}
