//! To component, service, application and owner; exposure, deployment and reachability facts.
