enum EventLogTestingPlaceholder {}
