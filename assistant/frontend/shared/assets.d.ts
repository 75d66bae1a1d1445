/** A style sheet imported by the widget arrives as text, for a constructed style sheet. */
declare module "*.css" {
  const text: string;
  export default text;
}
