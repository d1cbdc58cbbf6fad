import { ApiError } from "../api/client";
import { Icon } from "./Icon";

/**
 * A part that failed: what was tried, what happened, what is unharmed, what to do. Only this part fails, not the page.
 * `what` is a sentence without full stop: `The queue could not be read`.
 */
export function Problem({ what, error, retry }: { what: string; error: Error; retry?: () => void }) {
  const request = error instanceof ApiError ? error.request : undefined;
  const ours = !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
  return (
    <div className="problem" role="alert">
      <Icon name={ours ? "warn" : "stop"} />
      <div>
        <p>
          <b>{what}:</b> {error.message}
        </p>
        <p className="muted">
          Nothing was changed.
          {request && (
            <>
              {" "}
              Request <code>{request}</code>
            </>
          )}
        </p>
        {retry && (
          <button type="button" className="btn sm" onClick={retry}>
            Try again
          </button>
        )}
      </div>
    </div>
  );
}
