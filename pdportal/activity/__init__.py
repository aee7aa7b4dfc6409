"""The event log: one line for every act, never changed, read by inbox, audit and dashboards."""
