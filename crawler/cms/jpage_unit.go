package cms

import (
	"cmp"
	"net/url"
	"regexp"
	"strings"
)

// jpageUnit is one list that the jpage script fills. A page may hold several, such as news beside the list.
type jpageUnit struct {
	store   datastore
	perPage int     // entries that the page shows at once, 0 if it does not say
	request Request // asks the proxy for records, without saying which; without an address if there is no way to ask
}

var (
	jpageCall     = regexp.MustCompile(`(?s)["']#(\w+)["']\s*\)\s*\.jpage\s*\(\s*\{(.*?)\}\s*\)`)
	jpageObject   = regexp.MustCompile(`\{[^{}]*\bcolumnid\b[^{}]*\}`)
	jpagePerPage  = regexp.MustCompile(`(?i)\bperpage["']?\s*:\s*["']?(\d{1,4})\b`)
	jpageTotal    = regexp.MustCompile(`(?i)\btotalrecord["']?\s*[:=]\s*["']?(\d{1,7})\b`)
	jpageProxyURL = regexp.MustCompile(`\bproxyUrl["']?\s*:\s*["']([^"']+)["']`)
	jpageProxy    = regexp.MustCompile(`["']([^"'\s<>]*dataproxy\.jsp)`)
)

// jpageScript is what a column page says of how its lists are asked for.
type jpageScript struct {
	objects []url.Values            // forms that are sent to the proxy
	calls   map[string]jpageSetting // of single units, by their id
	rest    jpageSetting            // of the page as a whole
}

// jpageSetting are settings of the jpage script, each empty if there is none.
type jpageSetting struct {
	perPage, total int
	proxy          string
}

func readJpageScript(source string) jpageScript {
	script := jpageScript{calls: map[string]jpageSetting{}, rest: readJpageSetting(source)}
	for _, m := range jpageCall.FindAllStringSubmatch(source, maxFurther) {
		script.calls[m[1]] = readJpageSetting(m[2])
	}
	for _, m := range jpageObject.FindAllString(source, maxFurther) {
		if fields := pairsIn(m); fields.Get("columnid") != "" {
			script.objects = append(script.objects, fields)
		}
	}
	return script
}

func readJpageSetting(source string) jpageSetting {
	return jpageSetting{firstNumber(jpagePerPage, source), firstNumber(jpageTotal, source),
		cmp.Or(firstMatch(jpageProxyURL, source), firstMatch(jpageProxy, source))}
}

// jpageUnits are the lists on a column page: those of the column in the page's address if there are any, else all.
func jpageUnits(p Page) []jpageUnit {
	source := p.text()
	script, stores := readJpageScript(source), jpageStores(source)
	if len(stores) == 0 { // nothing in the page yet: what the script will ask for is all there is
		stores = make([]datastore, len(script.objects))
	}
	var all, own []jpageUnit
	for i, store := range stores {
		fields := storeFields(store)
		if object := script.objectOf(fields.Get("unitid"), i, len(stores)); object != nil {
			fields = object
		}
		u := script.unit(p, store, fields)
		all = append(all, u)
		if c := columnOf(p.URL); c != "" && fields.Get("columnid") == c {
			own = append(own, u)
		}
	}
	if own != nil {
		return own
	}
	return all
}

// jpageStores are the datastores of a column page.
func jpageStores(source string) []datastore {
	var stores []datastore
	for _, block := range storeBlock.FindAllString(source, maxFurther) {
		if store, _ := readStore(block); store.records != nil || store.more != "" {
			stores = append(stores, store)
		}
	}
	if stores == nil {
		if store, ok := readStore(source); ok && store.records != nil {
			stores = append(stores, store)
		}
	}
	return stores
}

// objectOf is the form of a unit: by the unit's id, else by its place if there is one for each.
func (s jpageScript) objectOf(unit string, i, units int) url.Values {
	for _, object := range s.objects {
		if unit != "" && object.Get("unitid") == unit {
			return object
		}
	}
	if len(s.objects) == units {
		return s.objects[i]
	}
	return nil
}

// storeFields are the parameters of the address that a datastore names, those left out that say which records.
func storeFields(store datastore) url.Values {
	u, err := url.Parse(store.more)
	if err != nil {
		return url.Values{}
	}
	fields := u.Query()
	for _, name := range []string{"page", "startrecord", "endrecord", "perpage"} {
		fields.Del(name)
	}
	return fields
}

// unit makes a list of the records in the page and the form that asks for others.
func (s jpageScript) unit(p Page, store datastore, fields url.Values) jpageUnit {
	setting, ok := s.calls[fields.Get("unitid")]
	if !ok {
		setting = s.rest
	}
	u := jpageUnit{store: store, perPage: setting.perPage}
	u.store.total = cmp.Or(store.total, setting.total)
	proxy, _, _ := strings.Cut(store.more, "?")
	proxy = cmp.Or(proxy, setting.proxy, s.rest.proxy)
	address, ok := p.resolve(proxy)
	switch {
	case !ok || proxy == "" || fields.Get("columnid") == "":
	case fields.Has("col"): // the form that a browser sends
		u.request = post(address, fields)
	default: // only the address in the datastore
		u.request = get(address, fields)
	}
	return u
}

// after asks for what follows on the first shown records; ok is false if there is nothing more, or no way to ask.
func (u jpageUnit) after(shown int) (next Request, ok bool) {
	perPage := cmp.Or(u.perPage, shown, 15)
	if u.request.URL == "" || shown > 0 && !moreRecords(shown, shown, perPage, u.store.total) {
		return Request{}, false
	}
	size := max(shown, perPage)
	return window(u.request.inAddress(url.Values{"page": {"1"}}), shown+1, size, perPage, u.store.total), true
}

// firstMatch is what the pattern's group matches first, "" if nothing.
func firstMatch(pattern *regexp.Regexp, source string) string {
	if m := pattern.FindStringSubmatch(source); m != nil {
		return m[1]
	}
	return ""
}
