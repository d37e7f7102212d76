package division

// Division is one code of GB/T 2260 in one span of validity.
type Division struct {
	Code      string // six digits
	Name      string // 茌平区
	Level     string // province, prefecture, county
	Parent    string // code one level up, "" for a province
	Province  string // name of its province
	ValidFrom string // YYYY-MM-DD, "" when not known
	ValidTo   string // last day, "" while in force
	Successor string // code that replaced it, "" for none or unknown
}
