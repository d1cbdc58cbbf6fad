import { Component, type ReactNode } from "react";
import { Problem } from "../parts/Problem";

interface Props {
  children: ReactNode;
}

/** A fault of ours stays in its page: the frame and the way elsewhere remain. */
export class Failsafe extends Component<Props, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div className="page">
        <Problem what="This page could not be shown" error={this.state.error} retry={() => window.location.reload()} />
      </div>
    );
  }
}
