"""An example of a plug-in for transcript-auditor: a rule and a report."""
