package cms

import (
	"cmp"
	"fmt"
	"strings"
)

// hanwebJpage reads the lists of 大汉 JCMS. The column page holds the first records in a datastore; a script asks
// dataproxy.jsp (or morecolumndataproxy.jsp, for several columns at once) for further ones.
type hanwebJpage struct{}

func (hanwebJpage) Name() string { return "hanweb-jpage" }

func (hanwebJpage) Recognise(p Page) (sign string, ok bool) {
	source := p.text()
	proxy := strings.Contains(source, "dataproxy.jsp")
	store, stored := readStore(source)
	switch {
	case isAnnualReport(p.URL):
		return "", false
	case strings.Contains(source, "messageController/getMessage"): // TrueCMS, whose script has a datastore as template
		return "", false
	case stored && store.records != nil && (strings.Contains(source, "jpage") || storeBlock.MatchString(source)):
		return "a datastore with records in the page", true
	case proxy && jpaasUnit.MatchString(source): // the site has moved on, its old script stayed
		return "", false
	case proxy:
		return "dataproxy.jsp in the page", true
	}
	return "", false
}

func (hanwebJpage) Read(p Page) (List, error) {
	if p.Asked.form().Has("startrecord") {
		return readJpageAnswer(p)
	}
	doc, err := parse(p)
	if err != nil {
		return List{}, err
	}
	l := surroundings(p, doc)
	var records []string
	for _, u := range jpageUnits(p) {
		records = append(records, u.store.records...)
		l.Total += u.store.total
		if next, ok := u.after(len(u.store.records)); ok {
			l.Next = append(l.Next, next)
		}
	}
	l.Next = l.Next[:min(len(l.Next), maxFurther)]
	if records != nil {
		l.Items, err = recordItems(p.URL, records)
		return l, err
	}
	return readJpageLinks(p, l)
}

// readJpageLinks reads a column page without records. Some sites print the list as links (/art/…) and leave a script in
// the page whose proxy has nothing; others have the list from the proxy alone.
func readJpageLinks(p Page, around List) (List, error) {
	l, err := plain{}.Read(p)
	if err != nil {
		return List{}, err
	}
	shown := 0
	for _, item := range l.Items {
		if strings.Contains(item.URL, "/art/") {
			shown++
		}
	}
	if shown == 0 {
		return around, nil
	}
	l.Total, l.Parts = cmp.Or(around.Total, l.Total), around.Parts
	for _, u := range jpageUnits(p) {
		if next, ok := u.after(shown); ok && len(l.Next) < maxFurther {
			l.Next = append(l.Next, next)
		}
	}
	return l, nil
}

// readJpageAnswer reads what the proxy answers. Nothing at all is what some proxies have to say of records further
// back.
func readJpageAnswer(p Page) (List, error) {
	source := p.text()
	store, ok := readStore(source)
	if !ok && strings.TrimSpace(source) != "" {
		return List{}, fmt.Errorf("%s: want a datastore, with records or none", p.URL)
	}
	entries, err := recordItems(p.URL, store.records)
	if err != nil {
		return List{}, err
	}
	l := List{Items: entries, Total: store.total}
	if next, ok := nextWindow(p.Asked, len(store.records), store.total); ok {
		l.Next = []Request{next}
	}
	return l, nil
}
