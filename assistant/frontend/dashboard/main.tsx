/** Starts the dashboard in the element that the server's page holds. */
import { batch, effect } from "@preact/signals";
import { render } from "preact";
import { addWords, currentLocale, setLocale, t } from "../shared/lang";
import en from "../shared/lang/en.json";
import zh from "../shared/lang/zh.json";
import { Api } from "./api";
import { DeskClient } from "./client";
import { App } from "./components/App";
import { applyTheme, Remembered } from "./remembered";
import "./styles/dashboard.css";

const place = document.getElementById("desk");
if (place) begin(place);

function begin(place: HTMLElement): void {
  const { tenant = "", csrf = "", logout = "" } = place.dataset;
  addWords("en", en);
  addWords("zh", zh);
  setLocale(...navigator.languages);
  document.documentElement.lang = currentLocale();
  applyTheme();

  const client = new DeskClient(new Api(tenant, csrf), new Remembered(tenant), tenant);
  // The address names the conversation, so that it can be sent to a colleague and "back" works on a phone.
  const follow = (): void =>
    batch(() => {
      const [room = "", ...place] = location.hash.slice(1).split("/");
      client.room.value = room === "privacy" || room === "knowledge" ? room : "desk";
      if (room === "knowledge") client.knowledge.go(place.join("/"));
      if (client.room.peek() === "desk") client.select(/^#([0-9a-f-]{36})$/.exec(location.hash)?.[1] ?? null);
    });
  const address = (): string | null => {
    const room = client.room.value;
    if (room === "knowledge") return `knowledge/${client.knowledge.place.value}`;
    return room === "privacy" ? room : client.selected.value;
  };
  follow();
  addEventListener("hashchange", follow);
  effect(() => {
    const id = address();
    if ((location.hash.slice(1) || null) !== id) history.pushState(null, "", id ? `#${id}` : location.pathname);
  });
  addEventListener("popstate", follow);
  effect(() => {
    const count = client.desk.value.counts?.waiting ?? 0;
    document.title = count > 0 ? `(${count}) ${t("desk_title")}` : t("desk_title");
  });
  render(<App client={client} csrf={csrf} logout={logout} />, place);
  void client.start();
}
