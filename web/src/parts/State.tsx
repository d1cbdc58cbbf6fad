import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ApiError } from "../api/client";
import { Problem } from "./Problem";

interface Props<T> {
  query: UseQueryResult<T>;
  /** What could not be read, as a sentence without full stop. */
  what: string;
  children: (data: T) => ReactNode;
}

/** What is shown of a question to the server: grey bars, what went wrong, or the answer. Old answers stay while a new one comes. */
export function Asked<T>({ query, what, children }: Props<T>) {
  const { data, error, refetch } = query;
  if (data !== undefined) return <>{children(data)}</>;
  if (error instanceof ApiError && error.status === 404) {
    return (
      <div className="empty">
        <h2>There is no such thing here</h2>
        <p className="muted">{error.message}</p>
      </div>
    );
  }
  if (error) return <Problem what={what} error={error} retry={() => void refetch()} />;
  return (
    <div className="greys" aria-busy="true">
      <span className="grey" />
      <span className="grey" />
      <span className="grey" />
    </div>
  );
}
