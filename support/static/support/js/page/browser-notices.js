/**
 * Notifications of the browser itself: only for those who asked for them, only while no tab of ours is in view.
 *
 * They may show on a lock screen, so they hold the notice's title (a first name, a reference) and nothing else.
 */

export const permission = () => globalThis.Notification?.permission ?? "unsupported";

/** Asked for on a person's own action only; the answer is the browser's. */
export const askPermission = async () => (await globalThis.Notification?.requestPermission()) ?? "unsupported";

export function showBrowserNotice({ title, url, key }) {
  if (permission() !== "granted") return;
  const shown = new Notification(title, { tag: key, icon: document.querySelector('link[rel="icon"]')?.href });
  shown.addEventListener("click", () => {
    window.focus();
    location.assign(url);
    shown.close();
  });
}
