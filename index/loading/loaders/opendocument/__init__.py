"""The formats of LibreOffice: texts, spreadsheets, presentations."""
