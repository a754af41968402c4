"""Mail: single messages, mailboxes, and messages that Outlook saves."""
