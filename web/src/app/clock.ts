import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { statusQuery } from "../api/queries";

const MINUTE = 60_000;

/** The server's time, to the minute: deadlines are judged by its clock, not by the reader's. */
export function useNow(): Date {
  const { data } = useQuery(statusQuery);
  const [tick, setTick] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setTick(Date.now()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  const server = data?.now;
  return useMemo(() => (server ? new Date(server) : new Date(tick)), [server, tick]);
}
