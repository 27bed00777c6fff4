import{_ as e,g as t,i as n,o as r}from"./printer-CvTDZhA4.js";import{A as i,C as a,E as o,F as s,G as c,K as l,L as u,O as d,P as f,S as p,T as m,X as h,a as g,b as _,c as v,et as y,f as b,j as x,k as S,n as C,t as w,v as T,w as E,x as D,y as O}from"./valueFromAST-XD65_QiM.js";function k(e){let t={descriptions:!0,specifiedByUrl:!1,directiveIsRepeatable:!1,schemaDescription:!1,inputValueDeprecation:!1,experimentalDirectiveDeprecation:!1,oneOf:!1,typeDepth:9,...e},n=t.descriptions?`description`:``,r=t.specifiedByUrl?`specifiedByURL`:``,i=t.directiveIsRepeatable?`isRepeatable`:``,a=t.schemaDescription?n:``;function o(e){return t.inputValueDeprecation?e:``}function s(e){return t.experimentalDirectiveDeprecation?e:``}let c=t.oneOf?`isOneOf`:``;function l(e,t){if(e<=0)return``;if(e>100)throw Error(`Please set typeDepth to a reasonable value between 0 and 100; the default is 9.`);return`
${t}ofType {
${t}  name
${t}  kind${l(e-1,t+`  `)}
${t}}`}return`
    query IntrospectionQuery {
      __schema {
        ${a}
        queryType { name kind }
        mutationType { name kind }
        subscriptionType { name kind }
        types {
          ...FullType
        }
        directives${s(`(includeDeprecated: true)`)} {
          name
          ${n}
          ${i}
          ${s(`isDeprecated`)}
          ${s(`deprecationReason`)}
          locations
          args${o(`(includeDeprecated: true)`)} {
            ...InputValue
          }
        }
      }
    }

    fragment FullType on __Type {
      kind
      name
      ${n}
      ${r}
      ${c}
      fields(includeDeprecated: true) {
        name
        ${n}
        args${o(`(includeDeprecated: true)`)} {
          ...InputValue
        }
        type {
          ...TypeRef
        }
        isDeprecated
        deprecationReason
      }
      inputFields${o(`(includeDeprecated: true)`)} {
        ...InputValue
      }
      interfaces {
        ...TypeRef
      }
      enumValues(includeDeprecated: true) {
        name
        ${n}
        isDeprecated
        deprecationReason
      }
      possibleTypes {
        ...TypeRef
      }
    }

    fragment InputValue on __InputValue {
      name
      ${n}
      type { ...TypeRef }
      defaultValue
      ${o(`isDeprecated`)}
      ${o(`deprecationReason`)}
    }

    fragment TypeRef on __Type {
      kind
      name${l(t.typeDepth,`      `)}
    }
  `}function A(s,l){t(s)&&t(s.__schema)||e(!1,`Invalid or incomplete introspection result. Ensure that you are passing "data" property of introspection response and no "errors" was returned alongside: ${r(s)}.`);let f=s.__schema,h=y(f.types,e=>e.name,e=>I(e));for(let e of[...T,...v])h[e.name]&&(h[e.name]=e);let x=f.queryType?P(f.queryType):null,k=f.mutationType?P(f.mutationType):null,A=f.subscriptionType?P(f.subscriptionType):null,j=f.directives?f.directives.map(J):[];return new C({description:f.description,query:x,mutation:k,subscription:A,types:Object.values(h),directives:j,assumeValid:l?.assumeValid});function M(e){if(e.kind===g.LIST){let t=e.ofType;if(!t)throw Error(`Decorated type deeper than introspection query.`);return new p(M(t))}if(e.kind===g.NON_NULL){let t=e.ofType;if(!t)throw Error(`Decorated type deeper than introspection query.`);let n=M(t);return new a(S(n))}return N(e)}function N(e){let t=e.name;if(!t)throw Error(`Unknown type reference: ${r(e)}.`);let n=h[t];if(!n)throw Error(`Invalid or incomplete schema, unknown type: ${t}. Ensure that a full introspection query is used in order to build a client schema.`);return n}function P(e){return i(N(e))}function F(e){return d(N(e))}function I(e){if(e!=null&&e.name!=null&&e.kind!=null)switch(e.kind){case g.SCALAR:return L(e);case g.OBJECT:return z(e);case g.INTERFACE:return B(e);case g.UNION:return V(e);case g.ENUM:return H(e);case g.INPUT_OBJECT:return U(e)}let t=r(e);throw Error(`Invalid or incomplete introspection result. Ensure that a full introspection query is used in order to build a client schema: ${t}.`)}function L(e){return new m({name:e.name,description:e.description,specifiedByURL:e.specifiedByURL})}function R(e){if(e.interfaces===null&&e.kind===g.INTERFACE)return[];if(!e.interfaces){let t=r(e);throw Error(`Introspection result missing interfaces: ${t}.`)}return e.interfaces.map(F)}function z(e){return new E({name:e.name,description:e.description,interfaces:()=>R(e),fields:()=>W(e)})}function B(e){return new D({name:e.name,description:e.description,interfaces:()=>R(e),fields:()=>W(e)})}function V(e){if(!e.possibleTypes){let t=r(e);throw Error(`Introspection result missing possibleTypes: ${t}.`)}return new o({name:e.name,description:e.description,types:()=>e.possibleTypes.map(P)})}function H(e){if(!e.enumValues){let t=r(e);throw Error(`Introspection result missing enumValues: ${t}.`)}return new O({name:e.name,description:e.description,values:y(e.enumValues,e=>e.name,e=>({description:e.description,deprecationReason:e.deprecationReason}))})}function U(e){if(!e.inputFields){let t=r(e);throw Error(`Introspection result missing inputFields: ${t}.`)}return new _({name:e.name,description:e.description,fields:()=>K(e.inputFields),isOneOf:e.isOneOf})}function W(e){if(!e.fields)throw Error(`Introspection result missing fields: ${r(e)}.`);return y(e.fields,e=>e.name,G)}function G(e){let t=M(e.type);if(!c(t)){let e=r(t);throw Error(`Introspection must provide output type for fields, but received: ${e}.`)}if(!e.args){let t=r(e);throw Error(`Introspection result missing field args: ${t}.`)}return{description:e.description,deprecationReason:e.deprecationReason,type:t,args:K(e.args)}}function K(e){return y(e,e=>e.name,q)}function q(e){let t=M(e.type);if(!u(t)){let e=r(t);throw Error(`Introspection must provide input type for arguments, but received: ${e}.`)}let i=e.defaultValue==null?void 0:w(n(e.defaultValue),t);return{description:e.description,type:t,defaultValue:i,deprecationReason:e.deprecationReason}}function J(e){if(!e.args){let t=r(e);throw Error(`Introspection result missing directive args: ${t}.`)}if(!e.locations){let t=r(e);throw Error(`Introspection result missing directive locations: ${t}.`)}return new b({name:e.name,description:e.description,isRepeatable:e.isRepeatable,deprecationReason:e.deprecationReason,locations:e.locations.slice(),args:K(e.args)})}}var j=50;async function M(e){let t=await N();e.teach(t);let n=globalThis.document.querySelector(`#docs`),r=globalThis.document.querySelector(`#docs-button`),i=U(`input`,{type:`search`,placeholder:`Find a type or field`,ariaLabel:`Find a type or field`}),a=U(`div`),o=n=>a.replaceChildren(...P(t,n,{show:o,query:e}));i.addEventListener(`input`,()=>{i.value?a.replaceChildren(...R(t,i.value.toLowerCase(),o)):o()}),n.append(i,a),o(),r.disabled=!1,r.addEventListener(`click`,()=>{n.hidden=!n.hidden,n.parentElement.classList.toggle(`documented`,!n.hidden),r.setAttribute(`aria-expanded`,String(!n.hidden)),n.hidden||i.focus()})}async function N(){let e=k({schemaDescription:!0,inputValueDeprecation:!0});return A((await(await fetch(location.pathname,{method:`POST`,headers:{"content-type":`application/json`,accept:`application/json`},body:JSON.stringify({query:e})})).json()).data)}function P(e,t,{show:n,query:r}){let i=t&&e.getType(t);if(!i){let t=[e.getQueryType(),e.getSubscriptionType()].filter(Boolean);return[U(`h3`,{},`Schema`),B(e),z(t.map(e=>[[H(e.name,n)],e]))]}return[U(`p`,{},H(`Schema`,()=>n(),void 0)),U(`h3`,{},i.name),B(i),z(F(e,i,{show:n,query:r}))]}function F(e,t,{show:n,query:r}){return s(t)?t.getValues().map(e=>[[e.name],e]):h(t)?e.getPossibleTypes(t).map(e=>[[H(e.name,n)],e]):(t.getFields?Object.values(t.getFields()):[]).map(e=>[I(e,n,f(t)?r:void 0),e])}function I(e,t,n){let r=(e.args??[]).flatMap((e,n)=>[n?`, `:`(`,`${e.name}: `,V(e.type,t)]),i=[e.name,...r,r.length?`): `:`: `,V(e.type,t)];if(!n)return i;let a=U(`button`,{type:`button`,ariaLabel:`Insert ${e.name}`},`Insert`);return a.addEventListener(`click`,()=>n.insert(L(e))),[...i,` `,a]}function L(e){let t=e.args.filter(l).map(e=>`${e.name}: `),n=t.length?`(${t.join(`, `)})`:``;return`${e.name}${n}${f(x(e.type))?` { __typename }`:``} `}function R(e,t,n){let r=Object.values(e.getTypeMap()).filter(e=>!e.name.startsWith(`__`)).flatMap(e=>[[e.name,e,e],...Object.values(e.getFields?.()??{}).map(t=>[`${e.name}.${t.name}`,e,t])]).filter(([e])=>e.toLowerCase().includes(t));return[U(`p`,{role:`status`},r.length>j?`The first ${j} of ${r.length}.`:`${r.length} found.`),z(r.slice(0,j).map(([e,t,r])=>[[H(e,n,t.name)],r]))]}function z(e){return U(`dl`,{},...e.flatMap(([e,t])=>[U(`dt`,{},...e),U(`dd`,{},B(t))]))}function B(e){return U(`p`,{},...`${e.deprecationReason?`Deprecated: ${e.deprecationReason} `:``}${e.description??``}`.split("`").map((e,t)=>t%2?U(`code`,{},e):e))}function V(e,t){return H(String(e),t,x(e).name)}function H(e,t,n=e){let r=U(`a`,{href:`#docs`},e);return r.addEventListener(`click`,e=>{e.preventDefault(),t(n)}),r}function U(e,t={},...n){let r=Object.assign(globalThis.document.createElement(e),t);return r.append(...n),r}export{M as document};