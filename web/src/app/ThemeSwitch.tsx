import { useState } from "react";
import { Icon } from "../parts/Icon";
import { applyTheme, type Theme, theme } from "./theme";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const WORDS: Record<Theme, string> = { system: "As the system", light: "Light", dark: "Dark" };

/** One button that goes round: as the system, light, dark. */
export function ThemeSwitch() {
  const [choice, setChoice] = useState(theme);
  const turn = () => {
    const next = NEXT[choice];
    applyTheme(next);
    setChoice(next);
  };
  return (
    <button type="button" className="btn sm ghost" onClick={turn} aria-label={`Colours: ${WORDS[choice]}`}>
      <Icon name={choice === "dark" ? "moon" : "sun"} small />
      {WORDS[choice]}
    </button>
  );
}
