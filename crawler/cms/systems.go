package cms

// Systems returns the list systems in the order in which they are to be asked whether a page is theirs: signs that only one
// family has come first, as sites carry remains of systems they had before. The last, plain, takes every page.
func Systems() []System {
	return []System{
		hanwebJpage{},
		hanwebJpaas{},
		hanwebXxgk{},
		trueCMS{},
		gkmlpt{},
		lonsun{},
		epoint{},
		ucap{},
		ucapJSON{},
		trs{},
		pcCloud{},
		huilan{},
		igs{},
		vsb{},
		webPlus{},
		openness{},
		nfcms{},
		fujian{},
		hebei{},
		aspNet{},
		plain{},
	}
}
