import { useKeys } from "../../app/keys";
import { back, Link } from "../../app/router";
import { useTitle } from "../../app/title";
import { Icon } from "../../parts/Icon";
import { ImportForm } from "./ImportForm";
import "./imports.css";

/** New import: what is dropped is recognised and shown before anything is stored. */
export default function NewImportPage() {
  useTitle("Import files");
  useKeys({ Escape: () => back("/imports") });
  return (
    <div className="page imp-new">
      <nav className="crumb" aria-label="Path">
        <Link to="/imports">Imports</Link>
        <Icon name="right" small />
        <span>New</span>
      </nav>
      <header className="page-head">
        <h1>Import files</h1>
      </header>
      <ImportForm />
    </div>
  );
}
