package cms

import (
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// ucapService is one of the services.
type ucapService struct {
	sign  string
	marks []*regexp.Regexp                      // all of them are in a page that uses it
	asks  func(p Page, source string) []Request // for the first pages of the channels that the page names
}

// ucapServices are told apart by their addresses.
var ucapServices = []ucapService{
	{"/search/common/search/ in the page, the service of Hunan", []*regexp.Regexp{hunanAddress}, hunanSearch},
	{"list_all.js of Hunan and the number of a channel in the page", []*regexp.Regexp{hunanScript, channelNumber},
		hunanSearch},
	{"/interfacesWebZcwj/loadData and a channel in the page", []*regexp.Regexp{suzhouAddress, channelHex}, suzhouData},
	{"/getFileListByCodeId and a channel in the page", []*regexp.Regexp{filesAddress, channelHex}, fileList},
	{"a service for lists (/common/search/<channel>) and _isJson in the page",
		[]*regexp.Regexp{searchAddress, asJSON}, channelSearch},
}

func (s ucapService) marked(source string) bool {
	return !slices.ContainsFunc(s.marks, func(mark *regexp.Regexp) bool { return !mark.MatchString(source) })
}

var (
	searchAddress = regexp.MustCompile(`((?i:action)\s*=\s*)?["']([^"'\s<>]*/(?:common/search|searchList|search)/)` +
		`(?:([0-9a-f]{32})([^"'\s<>]*)["']|["']\s*\+\s*\w*(?i:channel)\w*)`)
	asJSON        = regexp.MustCompile(`\b_isJson\b`)
	searchQuery   = regexp.MustCompile(`["'](\?[^"'\s<>]*_isJson=[^"'\s<>]*)["']`)
	hunanAddress  = regexp.MustCompile(`["']([^"'\s<>]*/search/common/search/)(\d*)["']`)
	hunanScript   = regexp.MustCompile(`(?i)<script[^>]+list_all\w*\.js`)
	suzhouAddress = regexp.MustCompile(`["']([^"'\s<>]*/interfacesWebZcwj/loadData[^"'\s<>]*)["']`)
	filesAddress  = regexp.MustCompile(`["']([^"'\s<>]*/getFileListByCodeId)["']`)
	channelNumber = regexp.MustCompile(`(?i)\bchannel_?id["']?\s*[:=]\s*["']?(\d{2,10})\b`)
	channelHex    = regexp.MustCompile(`(?i)\bchannel_?id["']?\s*[:=]\s*["']([0-9a-f]{32})["']`)
)

// channels are the different channels that a page's scripts name.
func channels(pattern *regexp.Regexp, source string) []string {
	var found []string
	for _, m := range pattern.FindAllStringSubmatch(source, maxFurther) {
		if !slices.Contains(found, m[1]) {
			found = append(found, m[1])
		}
	}
	return found
}

// channelSearch asks the common service: /common/search/<channel>?_isJson=true&page=1, /searchList/<channel>,
// /search/<channel>. The other parameters are those that the page has. A page may use the service for other things than
// its list: an address that asks for JSON itself counts before those that do not, and that of a search box never.
func channelSearch(p Page, source string) []Request {
	var sure, others []Request
	for _, m := range searchAddress.FindAllStringSubmatch(source, maxFurther) {
		if m[1] != "" {
			continue
		}
		for _, address := range channelAddresses(m[2], m[3], m[4], source) {
			absolute, ok := p.resolve(html.UnescapeString(address))
			switch next := get(absolute, url.Values{"_isJson": {"true"}, "page": {"1"}}); {
			case !ok:
			case strings.Contains(address, "_isJson"):
				sure = append(sure, next)
			default:
				others = append(others, next)
			}
		}
	}
	if len(sure) == 0 {
		sure = others
	}
	return sure
}

// channelAddresses are the addresses that a script has whole, or puts together of the service, a variable and a query.
func channelAddresses(service, channel, query, source string) []string {
	if channel != "" {
		return []string{service + channel + query}
	}
	if m := searchQuery.FindStringSubmatch(source); m != nil {
		query = m[1]
	}
	var addresses []string
	for _, id := range channels(channelHex, source) {
		addresses = append(addresses, service+id+query)
	}
	return addresses
}

// hunanService is where the script list_all.js, which is not in the page, finds the lists of Hunan's sites.
const hunanService = "//api.hunan.gov.cn/search/common/search/"

// hunanStatus is the status of what is to be listed, as a page asks for it. Where the page does not say it, both are
// asked for that sources know.
var (
	hunanStatus   = regexp.MustCompile(`["']status["']\s*,\s*["']?value["']?\s*:\s*["']?(\d)`)
	hunanStatuses = []string{"4", "1"}
)

// hunanSearch asks the service of Hunan, which takes a form, with the conditions that its sites' own script sends.
func hunanSearch(p Page, source string) []Request {
	service, ids := "", channels(channelNumber, source)
	if m := hunanAddress.FindStringSubmatch(source); m != nil {
		service = m[1]
		if m[2] != "" {
			ids = []string{m[2]}
		}
	} else if hunanScript.MatchString(source) {
		service = hunanService
	}
	statuses := hunanStatuses
	if m := hunanStatus.FindStringSubmatch(source); m != nil {
		statuses = m[1:]
	}
	var next []Request
	for _, id := range ids {
		absolute, ok := p.resolve(service + id)
		for _, status := range statuses {
			if ok && service != "" {
				next = append(next, post(absolute, hunanForm(status)))
			}
		}
	}
	return next
}

// hunanForm asks for the newest entries of a status first.
func hunanForm(status string) url.Values {
	return url.Values{
		"datas[0][key]": {"status"}, "datas[0][value]": {status},
		"datas[0][join]": {"and"}, "datas[0][queryType]": {"term"},
		"datas[1][key]": {"publishedTime"}, "datas[1][queryType]": {"term"},
		"datas[1][sort]": {"true"}, "datas[1][order]": {"desc"},
		"page": {"1"}, "_pageSize": {"20"}, "_isAgg": {"true"},
	}
}

// suzhouData asks the service of Suzhou. Without a channel it would give the documents of the whole city.
func suzhouData(p Page, source string) []Request {
	m := suzhouAddress.FindStringSubmatch(source)
	if m == nil {
		return nil
	}
	absolute, ok := p.resolve(html.UnescapeString(m[1]))
	if !ok {
		return nil
	}
	if !strings.Contains(absolute, "pageSize=") {
		absolute = get(absolute, url.Values{"pageSize": {"15"}}).URL
	}
	var next []Request
	for _, id := range channels(channelHex, source) {
		next = append(next, post(absolute, url.Values{"pageIndex": {"1"}, "channel_id": {id}}))
	}
	return next
}

// fileList asks the service of 国家税务总局.
func fileList(p Page, source string) []Request {
	m := filesAddress.FindStringSubmatch(source)
	if m == nil {
		return nil
	}
	var next []Request
	for _, id := range channels(channelHex, source) {
		if absolute, ok := p.resolve(m[1]); ok {
			next = append(next, post(absolute, url.Values{"codeId": {""}, "channelId": {id}, "page": {"1"}, "size": {"20"}}))
		}
	}
	return next
}
