"""The run: inputs read, rules applied, findings selected, waived and compared; a report comes out."""
