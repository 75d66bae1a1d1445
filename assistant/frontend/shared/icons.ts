/** Line icons, 20 × 20, as paths; a constant each, so that a bundle carries only those it draws. */
export const CLOSE = "M5 5l10 10M15 5L5 15";
export const SEND = "M10 16V4.5M5 9.5l5-5 5 5";
export const STOP = "M6 6h8v8H6z";
export const PERSON = "M10 10a3 3 0 100-6 3 3 0 000 6zM4 17c.6-3.2 3-5 6-5s5.4 1.8 6 5";
export const THUMB = "M4 9h3v7H4zM7 9l3-6c2 0 2 2 1 5h5l-1 7-2 1H7";
export const SPARK = "M10 3l1.7 5.3L17 10l-5.3 1.7L10 17l-1.7-5.3L3 10l5.3-1.7z";
export const BACK = "M12 4l-6 6 6 6";
export const SEARCH = "M9 14.5a5.5 5.5 0 100-11 5.5 5.5 0 000 11zM13 13l4 4";
export const CHECK = "M4 10.5l4 4 8-9";
export const MOON = "M16.5 11.5A6.8 6.8 0 018.5 3.5a6.8 6.8 0 108 8z";
export const SUN =
  "M10 13.2a3.2 3.2 0 100-6.4 3.2 3.2 0 000 6.4zM10 2.5v1.6M10 15.9v1.6M2.5 10h1.6M15.9 10h1.6M4.7 4.7l1.1 1.1M14.2 14.2l1.1 1.1M4.7 15.3l1.1-1.1M14.2 5.8l1.1-1.1";
export const HELP =
  "M10 17.2a7.2 7.2 0 100-14.4 7.2 7.2 0 000 14.4zM7.8 8a2.2 2.2 0 113.2 2c-.7.4-1 .8-1 1.6M10 13.8v.1";
export const EXIT = "M8 4H4.5v12H8M11.5 6.5L15 10l-3.5 3.5M15 10H8";
export const PANEL = "M3.5 4h13v12h-13zM12 4v12";
export const EYE = "M2.5 10S5.2 5 10 5s7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 100-4 2 2 0 000 4z";
export const HAND = "M8 4.5L3.5 9 8 13.5M3.5 9H12a4.5 4.5 0 014.5 4.5V16";
export const VERIFIED = "M10 2.8l5.8 2.2v4.4c0 3.7-2.4 6.6-5.8 7.8-3.4-1.2-5.8-4.1-5.8-7.8V5zM7.2 10l2 2 3.6-4";
export const SHIELD = "M10 2.8l5.8 2.2v4.4c0 3.7-2.4 6.6-5.8 7.8-3.4-1.2-5.8-4.1-5.8-7.8V5z";
export const INBOX = "M3.5 11l2.2-6.5h8.6L16.5 11v5h-13zM3.5 11h4l1 2h3l1-2h4";
export const BOOK =
  "M10 5.2C8 3.9 5.7 3.7 3.2 4v11.2c2.5-.3 4.8-.1 6.8 1.2 2-1.3 4.3-1.5 6.8-1.2V4c-2.5-.3-4.8-.1-6.8 1.2zM10 5.2v11.2";
