package extract

// ReadWithoutMentions is Read without the figures of the narrative.
func ReadWithoutMentions(in Input) (Reading, error) { return read(in, false) }
