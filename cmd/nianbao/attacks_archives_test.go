package main

// archiveAttacks are those by registers, archives, and what goes out into terminals, spreadsheets and folders.
func archiveAttacks() []attack {
	return nil
}
