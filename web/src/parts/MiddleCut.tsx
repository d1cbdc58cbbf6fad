/** A path that is cut in its middle where room is short: the file name stays. */
export function MiddleCut({ text, className = "" }: { text: string; className?: string }) {
  const cut = text.length > 28 ? Math.max(text.lastIndexOf("/"), text.length - 26) : -1;
  if (cut <= 0) return <span className={`ell ${className}`}>{text}</span>;
  return (
    <span className={`mid ${className}`} title={text}>
      <span className="mid-a">{text.slice(0, cut)}</span>
      <span className="mid-b">{text.slice(cut)}</span>
    </span>
  );
}
