import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Icon } from "./Icon";
import "./window.css";

interface Props {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog over the page: focus is kept in it and given back, Escape and a click outside close it. */
export function Window({ open, title, onClose, children }: Props) {
  return (
    <ModalOverlay className="veil" isOpen={open} onOpenChange={(now) => !now && onClose()} isDismissable>
      <Modal className="window">
        <Dialog className="window-in">
          <header className="window-head">
            <Heading slot="title">{title}</Heading>
            <button type="button" className="btn sm ghost icon" aria-label="Close" onClick={onClose}>
              <Icon name="close" small />
            </button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
